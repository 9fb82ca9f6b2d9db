# Playback.

playback-controls = Playback controls
playback-play = Play
playback-pause = Pause
playback-key-space = Space
playback-back = Back 10 seconds
playback-forward = Forward 10 seconds
playback-frame-back = Frame before
playback-frame = Next frame
playback-speed = Speed
playback-keys-only = Above 4× only key frames are shown
playback-goto = Go to a time
playback-goto-hint = Go to a time (g)
playback-goto-label = Time
playback-goto-examples = For example 12:03, 11-22 12:03:05, 2026-11-22 12:03:05.250, -10m or now
playback-goto-wrong = This is not understood as a time
playback-go = Go
playback-skip = Skip gaps
playback-skip-hint = Steps over time in which no chosen camera has footage
playback-select = Choose a span by dragging
playback-view-hour = hour
playback-view-day = day
playback-view-week = week
playback-view-month = month
playback-zoom-in = Shorter time
playback-zoom-out = Longer time
playback-table = Footage and gaps as a table
playback-help = Keys of playback
playback-empty-title = Choose cameras to play back
playback-empty-text = Up to { $most } cameras from the list play in step. The timeline below shows what was recorded and where footage is missing.
playback-most = At most { $most } cameras play in step
playback-waiting = waiting for { $cameras }
playback-skipped = stepped over a gap: { $cause } { $span }
playback-stopped-end = The recordings end here
playback-stopped-ended = Stopped: the viewing session has ended
playback-stopped-unplayable = Stopped: this browser can play none of these pictures
granted-spans = Approved for you:
granted-rest = Nothing else is.
granted-more = Ask for more
granted-none-title = Not approved
granted-none-text = A second person approves before these recordings are played, and nothing was approved for this moment. Go to what was approved, or ask for more.
granted-end = What was approved ends here
playback-selection = Chosen span
playback-selection-length = { $length }, { $cameras ->
    [one] 1 camera
   *[other] { $cameras } cameras
}
playback-selection-play = Play
playback-selection-show = Show
playback-selection-export = Export
playback-selection-hold = Hold
playback-selection-explain = Explain gaps
playback-explained = Explained { $n } gaps; another person judges it.
playback-explain-title = Gaps of the chosen span
playback-selection-clear = Clear

## Keys
playback-key-play = play or pause
playback-key-frame = one frame back or forward
playback-key-ten = 10 seconds back or forward
playback-key-minute = a minute back or forward
playback-key-page = on the timeline: half a view back or forward, to its beginning, to now
playback-key-speed = faster or slower
playback-key-goto = go to a time
playback-key-mark = begin or end the chosen span here
playback-key-export = export the chosen span
playback-key-hold = hold the chosen span
playback-key-zoom = shorter or longer time
playback-key-choose = choose a camera
playback-key-one-up = enlarge the chosen camera, and back
playback-key-still = save a still

## Levels of clips
playback-selection-raise = Raise the level
clip-level-raise-title = Raise the level of the chosen span
clip-level = Level of this span
clip-level-onwards = also everything from then on, live pictures too, until it is taken back
clip-level-above-already = Cameras that have this level already are left out.
clip-level-raise = Raise
clip-level-raise-note = Counts at once, for playback, stills, exports and packages. Views that show it without what it asks for end. An administrator of the unit can take it back, with a document.
clip-level-raised = The level is raised; who, when and why is on the camera's page.

# Clips that are handed to a colleague
clip-hand-title = Hand to a colleague
clip-hand = Hand over
clip-hand-note = No file is made: the colleague plays this span here, each time with an entry. You and an administrator can take it back.
clip-reason = What the colleague is to look at, and why
clip-colleague = Colleague
clip-colleague-hint = Those whose post plays these cameras. Training and clearance are checked when it is handed over.
clip-no-colleague = Nobody else may play these cameras.
clip-uses = Times of playing
clip-too-long = A clip is at most 30 minutes long: choose a shorter span.
clip-too-many = A clip is of at most 9 cameras.
clip-handed = Handed to { $name }, who can play it now.
clip-handed-waits = Entered for { $name }; it can be played once another person has approved.
clip-see = See the clip
clip-from = Clip from { $name }
clip-until = may be opened { $most } times, until { $time }
clip-fixed = A clip is of its own cameras only.
clip-none-title = No such clip
clip-none = It was not handed to you, or the address is wrong.
clip-signal = { $count ->
    [one] 1 new clip from a colleague
   *[other] { $count } new clips from colleagues
  }
