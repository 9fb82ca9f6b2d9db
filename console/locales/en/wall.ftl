# The wall: live pictures in tiles.

wall-bar = Wall controls
wall-tree = Cameras
wall-grid = { $grid ->
    [1] One picture
   *[other] { $grid } pictures
}
wall-page = page { $page } of { $pages }
wall-page-before = Page before
wall-page-after = Next page
wall-tour = Tour
wall-tour-on = Tour, { $seconds } s
wall-tour-hint = Turn the pages by themselves
wall-full = Full screen
wall-full-leave = Leave full screen
wall-screen = Open one more wall in a window of its own
wall-screen-full = There are as many wall windows as can be open.
wall-screen-blocked = The browser does not open the window. Allow pop-up windows for this address.
wall-help = Keys on the wall
wall-replay = Last 30 seconds again
wall-replay-none = Nothing of this camera is held yet. Play back its recording instead.
wall-back-live = Back to live
wall-playback = Play back the last minute
wall-one-up = Enlarge
wall-one-up-back = Back to the wall
wall-remove = Take off the wall
wall-tiles = Pictures on the wall
wall-tile-label = { $name }, { $state }
wall-tile-empty = Empty place { $number }
wall-tile-hint = Drop a camera here
wall-tile-lost = This camera is no longer available to you.
wall-empty-title = No camera on the wall yet
wall-empty-text = Drag cameras from the list on the left, or press Enter on one. What you show is entered in the ledger once, for the whole layout.
wall-fill = { $count ->
    [one] Show the camera
   *[other] Show all { $count } cameras
}
wall-fill-first = Show the first { $count } of { $all } cameras
wall-fill-rest = A wall holds { $most } cameras in all its pages. Show the others on a wall of their own: the bar below opens one more window.
wall-no-room = The wall holds { $most } cameras. Take one off, or drop this one onto another.

## Saved layouts
layout-of-post = of a post
layout-of-own-post = of your post
layout-post-give = Give “{ $name }” to a post…
layout-post-title = Whose layout “{ $name }” is
layout-post-hint = Whoever takes over a shift in the room, or holds the post, gets this layout. Opening it on duty is one entry for a person and a shift. It is shared, and nobody changes it until it is taken back.
layout-post = Post
layout-post-none = No post: a person’s own
layout-menu = Layouts
layout-none = No saved layouts yet
layout-size = { $grid ->
    [1] one picture
   *[other] { $grid } pictures
}
layout-shared = shared
layout-tour = tour { $seconds } s
layout-save-new = Save as a new layout…
layout-change = Save “{ $name }” again…
layout-delete = Delete “{ $name }”
layout-delete-ask = Delete the layout “{ $name }”?
layout-delete-own = The pictures on the wall stay as they are.
layout-delete-shared = Everyone in the unit loses it. The pictures on the wall stay as they are.
layout-changed = { $name }, changed
layout-form-new = Save layout
layout-form-change = Change layout
layout-name = Name
layout-tour-seconds = Tour: seconds per page
layout-tour-none = no tour
layout-share = Share with everyone in the unit

## Keys
wall-key-move = choose another tile
wall-key-grid = 1, 4, 9 or 16 pictures
wall-key-one-up = enlarge the chosen tile, and back
wall-key-zoom = zoom into the chosen tile, out, and back to the whole picture
wall-key-look = look around in an enlarged picture
wall-key-page = turn the page
wall-key-tour = start or stop the tour
wall-key-replay = last 30 seconds again, and back to live
wall-key-turn = turn the chosen camera, where it can
wall-key-still = save a still of the chosen tile
wall-key-remove = take the chosen tile off the wall
wall-key-tree = show or hide the list of cameras
wall-key-full = full screen
wall-key-help = this help
