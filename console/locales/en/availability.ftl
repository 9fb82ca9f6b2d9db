# Availability and outages, on the health page and on paper
health-tab-availability = Availability
health-tab-outages = Outages

## Availability
availability-month = Month
availability-by = Rows
availability-by-camera = By camera
availability-by-system = By system
availability-by-unit = By unit
availability-by-month = By month
availability-row-camera = Camera
availability-row-system = System
availability-row-unit = Unit
availability-row-month = Month
availability-systems-all = All systems
availability-in-no-system = In no system
availability-units-all = All units
availability-csv = Download as CSV
availability-of = { $month }
availability-of-owed = of the time owed is recorded
availability-owed = Owed
availability-recorded = Recorded
availability-share = Available
availability-justified = Missing, justified
availability-unjustified = Missing, unjustified
availability-unaccounted = Not known
availability-column-owed = Owed
availability-column-recorded = Recorded
availability-column-share = Available
availability-column-justified = Justified
availability-column-unjustified = Unjustified
availability-column-unaccounted = Not known
availability-column-gaps = Gaps
availability-column-absent = Not recorded
availability-none = Nothing was owed in this month.
availability-chart = Twelve months
availability-month-words = { $month }: { $share } recorded
availability-month-none = { $month }: nothing owed
availability-empty-title = Nothing was owed
availability-empty = Once a camera is registered, how much of the time since then is recorded is listed here by month.
availability-text = Time is owed from the moment a camera is registered until it is retired. Missing is justified once a second person has approved the explanation, or when it was announced or ordered beforehand. Not known is what has neither picture nor gap: before a camera’s first picture, and the newest moments. Shares are never rounded up.
availability-title = { $name }, { $month }
availability-causes = Missing by cause
availability-cause-words =
    { $n ->
        [one] { $length } in one gap
       *[other] { $length } in { $n } gaps
    }
availability-gaps-none = No gap in this month.
availability-gaps-more = The newest { $n } of { $total }.
availability-form-title = Monthly Report on Recording Availability
availability-form-scope = Cameras of
availability-form-scope-all = all units that the preparer’s posts cover
availability-form-span = Reckoned
availability-form-sum = 1. Sum
availability-form-by-camera = 3. By camera
availability-form-by-system = 3. By system
availability-form-by-unit = 3. By unit
availability-form-by-month = 3. Month by month
availability-form-chart = 2. Twelve months

## Outages of the recorder
outage-last = Last 31 days
outage-sum =
    { $n ->
        [one] once, { $length }
       *[other] { $n } times, { $length } in all
    }
outage-one = Outage
outage-kind = Kind
outage-announced = Announced
outage-not-announced = not announced
outage-no-time = no time
outage-gaps = Gaps made
outage-ticks = Between ticks
outage-down = not running
outage-planned = planned stop
outage-unwritten = ran, could not write
outage-clock_set = clock set
outage-disorder = out of order
outage-from = Surely from
outage-to = Until
outage-step = Set by
outage-empty-title = No outage
outage-empty = While it runs, the recorder writes a tick every ten seconds into the footage log. Whenever one is missing, it is listed here with what bounds it.
outage-text = The recorder’s ticks bound an outage from both sides, also when no camera was being recorded. After a crash it is counted from when a tick was late; the gaps of the cameras begin with their last picture, some seconds earlier.
outage-help-down = No recorder ran between these two ticks. An announced stop says so and why; anything else was a crash, a power cut or a stop by hand.
outage-help-unwritten = The recorder ran, and its database took no tick: a full or failing disk, or one that is too slow. See Storage.
outage-help-clock_set = The system’s clock was set. The time of records never runs back; see Clocks.
outage-help-disorder = The later tick cannot follow the earlier one. This log was restored from a backup, or somebody tampered with it. Compare it with a witness.
outage-uncovered =
    { $n ->
        [one] One camera has no gap for it
       *[other] { $n } cameras have no gap for it
    }
outage-uncovered-help = They should have been recorded before and after, and have neither footage nor a gap in between: records are missing.
outage-impossible =
    { $n ->
        [one] One camera claims footage of it
       *[other] { $n } cameras claim footage of it
    }
outage-impossible-help = No recorder ran then, so this footage cannot be what it says.
outage-made = Gaps that it made
outage-made-none = No gap begins with it.

## Forms on paper
form-unit = Unit
form-made-at = Printed at
form-printed-by = Printed by
form-number = No.
form-made-by = Prepared by
form-checked-by = Checked by
form-responsible = Responsible
form-date = Date
form-colon = :{" "}
form-semicolon = ;{" "}
