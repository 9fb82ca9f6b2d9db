# The health page
health-tab-streams = Streams
health-tab-gaps = Gaps
health-tab-disk = Storage
health-all = All { $n }
health-bad = In trouble { $n }
health-lately = Lately
health-spark = bit rate of { $name } in the last minutes, now { $rate }
health-lost = Lost packets
health-reconnects = Reconnects
health-dropped = Dropped
health-units = Frames received
health-bytes = Bytes received
health-since-start = Counted since this start.
health-none-bad-title = Nothing in trouble
health-none-bad = All streams work.
health-empty-title = No streams yet
health-empty = Once cameras are added, each stream’s state, rate and losses are listed here, those in trouble first.
gap-title = Gap of { $name }
gap-from = Began
gap-length = Length
gap-cause = Cause
gap-playback = Play back this instant
gap-evidence = Evidence
gap-empty-title = No gaps
gap-empty = Whenever recording breaks off, begin, end, cause and evidence are listed here. Every second is footage or a gap.
gap-help-unknown = An unknown cause is itself a finding. Find it out.
gap-help-camera = The device stopped sending, or sent what cannot be recorded. Look at the device.
gap-help-network = It could not be reached, or the connection broke. Look at cables, switches and power.
gap-help-credentials = The device refuses the stored password. Change it on the Cameras page.
gap-help-disk = The storage failed or is full. See Storage.
gap-help-us = This system was down or too slow.
gap-help-power = The server lost power or was reset.
gap-help-privacy = Recording was stopped by an authorised person.
gap-help-planned = Announced, or the camera was switched off in the registry.
disk-title = Room left
disk-free = Free
disk-per-day = Written a day
disk-path = Path
sync-title = Time of a sync
sync-good = as it should be
sync-late = slow: a power cut may lose more
disk-encryption = Encrypted under store key
disk-in-the-clear = none, stored in the clear
disk-key-absent = Store key { $key } is not here: { $segments } segments cannot be read. They are not damaged.
scrub-title = Reading all footage
scrub-good = Nothing found that is not as recorded
scrub-bad = { $count } segments are not as recorded
scrub-read = Read in this round
scrub-rate = Aims at
scrub-text = All footage is read in the background within the floor's period, so that damage is found in time. Recording goes first.
sync-max = Longest
sync-spark = time of a sync in the last minutes, last { $ms } milliseconds
sync-text = The disk is synced once a second. A power cut loses about two seconds at most, plus one sync’s own time.
kept-title = Kept
kept-floor = to be kept: at least { $floor } days
kept-text = The age of the oldest footage, the least of all cameras switched on. A new system needs that many days to fill.
gap-open = still lasts; entered when it ends
gap-state = State
gap-state-open = not explained
gap-state-explained = to be judged
gap-state-justified = justified
gap-state-declined = declined
gap-said = Explanation or evidence
gap-ground = Because
gap-ground-maintenance = it lies in maintenance approved beforehand
gap-ground-act = recording was stopped by an act with its own entry
gap-explanation = Explanation
gap-period = Period
gap-period-days = last { $n } days
gap-choose = choose this gap of { $name }
gap-choose-none = Choose none
gap-chosen = { $n } chosen
gap-total = { $n } in all
gap-none = Change the filters, or choose a longer period.
gap-view = View
gap-view-gaps = Gaps
gap-view-explanations = Explanations
gap-view-maintenance = Maintenance
gap-view-waits = { $view } ({ $n } for me to judge)

## Explanations and judgement
explain-title = Explain this gap
explain-title-many = Explain { $n } gaps
explain-chosen = Explain them
explain-cause = Cause as found out
explain-text = Explanation
explain-note = Another person judges it. The record of the gap itself is not changed.
explain-send = Send
explain-gaps = Gaps
explain-by = By
explain-at = At
explain-empty-title = No explanations yet
explain-empty = Choose one or more gaps, say why footage is missing; another person judges it here.
judge-title = Judge
judge-text = Opinion
judge-note = Approving needs no words; declining does.
judge-approve = Approve
judge-decline = Decline
judge-approved = approved
judge-declined = declined
judge-waits = waits for another person
judge-own = You wrote it; another person judges it.
judge-who = An administrator of the unit judges it.

## Announced maintenance
maintenance-new = Announce maintenance
maintenance-one = Announced maintenance
maintenance-by = Announced by
maintenance-announced = to be approved
maintenance-approved = approved
maintenance-declined = declined
maintenance-announce = Announce
maintenance-note = Announced before it begins and approved by another person. Recording goes on; gaps within it count as justified.
maintenance-judge-note = Only what is approved before it begins counts as announced. Declining needs words.
maintenance-need-cameras = cameras
maintenance-need-span = span
maintenance-begun = a span that has not begun
maintenance-need-reason = reason
maintenance-empty-title = No maintenance announced
maintenance-empty = Repairs, moves, power cuts: what is known beforehand is announced here. Once another person has approved it, gaps within it are accounted for.

## Floor and term
health-tab-retention = Keeping
retention-system = The whole system
retention-floor = Kept at least
retention-floor-from = The floor comes from
retention-term = Deleted after
retention-pack = Least, as set up
retention-text = Nothing below the floor is deleted; what is past the term is, unless it is held. Footage keeps the floor that it was recorded under: shortening does not reach back.
retention-change = Change
retention-change-do = Change
retention-change-note = A reason is needed and goes into the ledger. Not below what the system was set up with.
retention-overkept = Kept too long
retention-overkept-none = none
retention-overkept-words = { $name }: { $n } segments past { $term } days are still here
retention-oldest = oldest
retention-overkept-text = Footage past its term that nothing holds should not be here.
retention-cameras = Cameras
retention-own = its own
retention-of-system = the system’s
retention-as-system = the system’s: { $n } days
retention-changes = Changes
retention-changes-none = No changes
retention-changes-empty = Every change of floor or term is listed here with its reason.
retention-at = At
retention-of = Of
retention-by = By
retention-setup = set up

## How long the disks last
storage-disk = Disk { $id }
storage-disk-column = Disk
storage-tied = { $id }, tied
storage-no-disk = –
storage-state-good = in use
storage-state-failing = fails: new footage goes to another disk
storage-state-full = full: new footage goes to another disk
storage-state-away = away: its footage is not lost and can be read when it is back
storage-state-retired = retired: nothing new is recorded here; its footage stays until its term
storage-recorded-here = Cameras recorded here
storage-never = not at this rate
storage-range = earliest { $earliest }, latest { $latest }
storage-rung =
    { $days ->
        [one] less than a day
       *[other] less than { $days } days
    }
storage-no-rung =
    { $days ->
        [one] not within a day
       *[other] not within { $days } days
    }
storage-ladder = Rungs of the alarm
storage-capacity = Room for footage
storage-stored = Footage
storage-held = of that, held
storage-needed = Needed for all floors
storage-bytes-range = { $mean } ({ $low } to { $high })
storage-horizon-text = Then only footage below its floor could make room. That does not happen: cameras stop instead, in the order below.
storage-admission = A camera that would keep others from reaching their floor is refused.
storage-admission-off = New cameras are not checked against the room there is.
storage-order = Which cameras stop first when there is no room
storage-order-text = Those on top stop first: low priority, and of one priority the newest. The time counts as a gap.
storage-priority = Priority
storage-priority-1 = 1, stops first
storage-priority-2 = 2
storage-priority-3 = 3, stops last
storage-stopped = stopped for lack of room
storage-records = recorded
storage-rate = Rate
storage-rate-planned = { $rate }, planned { $planned }

## Clocks
health-tab-clocks = Clocks
clock-server = This system
clock-steady = steady
clock-set-back = the system’s clock was set back; records go on with a time that does not
clock-system = System clock
clock-line = Time of records
clock-lead = Ahead of time vouched for
clock-source = Time source
clock-source-yes = synchronised
clock-source-no = not synchronised
clock-source-unknown = cannot tell
clock-offset = Time sources against the system clock
clock-witness = Witness { $name }
clock-asked = Asked
clock-text = The time of records never runs back. Footage expires by the time that the system itself has seen pass, not while it was down: a clock set ahead deletes nothing early.
clock-cameras = Cameras
clock-limit = More than { $limit } off is a finding. Measured, never corrected.
clock-measured = Measured
clock-unknown = not measured

## Disks: added, retired, tied
storage-health = How storage does
storage-none-left = none left
storage-below-one = below 1 day
storage-add = Add a disk
storage-add-before = Mount the disk on the server first, and make a folder on it. The folder must:
storage-add-exists = be there, and be writable for this system
storage-add-own = be on a file system of its own, not one of another media disk
storage-add-empty = be empty
storage-add-then = The system then writes its identity file there and may record there at once. A disk’s number is never used again; it can be retired later, not deleted.
storage-add-do = Add
storage-path = Full path of the folder
storage-path-hint = For example /srv/video-2
storage-path-absolute = a full path that begins with /
storage-entry = The reason goes into the ledger with the act.
storage-retire = Retire…
storage-retire-means = What retiring means
storage-retire-moving = { $n ->
    [one] One camera is
   *[other] { $n } cameras are
 } recorded on other disks from the next segment on: { $names }.
storage-retire-none-moving = No camera is recorded there now.
storage-retire-untied = { $n ->
    [one] One camera is
   *[other] { $n } cameras are
 } no longer tied to it: { $names }.
storage-retire-stays = The { $stored } of footage on it stay there, can be played and exported, and go at their term, in { $days } days at the latest. Leave the disk connected until then.
storage-retire-fits = The other disks hold { $room }; all cameras need { $needed } to reach their floor: enough.
storage-retire-lacks = The other disks hold only { $room }; all cameras need { $needed } to reach their floor: not enough, cameras will stop.
storage-retire-back = A retired disk can be taken into use again.
storage-retire-do = Retire disk { $id }
storage-retire-only = This is the only disk in use; it cannot be retired.
storage-retire-only-help = Add another disk first.
storage-revive = Use again…
storage-revive-means = The system may then record there again. The folder must be where it was, with its identity file unchanged.
storage-revive-do = Use disk { $id } again
storage-chosen = { $n } chosen
storage-choose = Choose { $name }
storage-tie = Tie to a disk…
storage-tie-what = { $n ->
    [one] One camera
   *[other] { $n } cameras
 }: { $names }
storage-tie-means = From the next segment on it is recorded there; footage that is there is not moved. While that disk takes nothing it is recorded on another.
storage-any-disk = The system chooses
storage-tie-do = Tie
storage-untie-do = Let the system choose
storage-tie-stopped = { $n } done; it stopped at { $name }:
storage-change = Change
storage-planned = Planned rate
storage-planned-none = not given
storage-planned-kbps = Planned rate (kbit/s)
storage-planned-hint = What room is reckoned with. More than a fifth above it is said.
storage-priority-hint = When room ends, the lowest priority stops first.
storage-over-plan = It sends over a fifth more than planned.
disk-key-title = Encryption at rest
storage-sync-max = Longest sync
storage-add-conflict = The folder is not as it must be: it is not there, not empty, or on the file system of another media disk.

## Lists of cameras
retention-whose = Terms
retention-whose-own = Of their own
retention-whose-system = As the system
storage-stopped-count = { $n } cameras are stopped: there is no room for all

## Records of who looked
record-term = Records of who looked
record-term-days = Readable for
record-term-forgotten = Forgotten so far
record-term-pending = { $n } days from
record-term-text = Then the key of a record goes: nobody can read it any more, and everybody can still check that it was there. What was changed, decided or handed out has no term, and what an open case rests on waits. A shorter term begins to hold { $n } days after it is set.
record-term-note = A reason is needed and goes into the ledger.
