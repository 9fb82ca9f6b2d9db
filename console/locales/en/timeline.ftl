# The timeline.

timeline-label = Timeline: position of playback
timeline-rows = Cameras on the timeline
timeline-now = now
timeline-floor = must be kept from here on
timeline-footage = footage
timeline-later = brought later, from elsewhere
timeline-held = held
timeline-held-part = held in part
timeline-nothing = nothing known
timeline-gap = no footage: { $cause }, { $length }
timeline-gap-word = no footage: { $cause }
timeline-justified = explained
timeline-unjustified = not explained
timeline-table = Footage and gaps, { $from } to { $to }
timeline-camera = Camera
timeline-from = From
timeline-to = To
timeline-length = Length
timeline-what = What is there
timeline-more = and { $count } more: show a shorter time
timeline-none = Nothing is known of this time.
timeline-trouble = Part of the timeline could not be read. An empty place here does not mean that footage is missing. { $why }

# Levels of clips; also on the camera's page
clip-level-2 = sensitive: seen with a stated reason only
clip-level-3 = secret: seen for a case only
