# Shared words: the system, the shell, purposes, refusals, states. Each page has its own file.

system-name = Watchkeeper
system-name-short = Watchkeeper
loading = Loading
skip-to-content = Skip to content

## Actions
action-retry = Try again
action-save = Save
action-cancel = Cancel
action-close = Close
action-edit = Edit
action-next = Next
action-back = Back
action-add = Add
action-remove = Remove
action-copy = Copy
action-copied = Copied
action-print = Print or save as PDF
action-more = Load more
action-clear = Clear filters
action-search = Search
action-confirm = Confirm

## Pages
page-wall = Live
page-playback = Playback
page-exports = Exports
page-retrievals = Retrievals
page-holds = Holds
page-cameras = Cameras
page-people = People
page-ledger = Ledger
page-health = Health
page-account = My account

## Shell
rail-label = Main navigation
rail-fold = Collapse
rail-unfold = Expand
rail-more = More
theme-to-light = Use the light theme
theme-to-dark = Use the dark theme
who-menu = Account menu: { $name }
sign-out = Sign out

## State line
state-label = State of the system
state-recording = recording { $ok }/{ $total }
state-gaps-none = no gaps today
state-gaps = gaps today { $count }
state-gaps-unjustified = gaps today { $count }, { $unjustified } unjustified
state-kept = kept { $kept } of { $floor } d
state-disk = room for { $days } days
state-disk-last = room for less than a day
state-ledger = ledger signed { $age } ago
state-ledger-witnessed = ledger witnessed { $age } ago
state-ledger-alarm = a witness contradicts the ledger
state-ledger-none = ledger not signed yet
state-demo = demonstration
state-silent = the server does not answer
state-silent-since = no answer from the server since { $time }

## Trouble and refusal
trouble-title = Not loaded
trouble-act-title = Not done
trouble-no-answer = The server did not answer. Check the network, or try again shortly.
trouble-invalid = The server did not accept what was entered.
trouble-unauthenticated = You are no longer signed in. Sign in again.
trouble-refused = Not permitted.
trouble-not-found = Not found; it may have been removed.
trouble-conflict = It conflicts with what is there: it may exist already, or somebody has just changed it.
trouble-busy = Too much at once. Try again shortly.
trouble-unavailable = Not possible just now: a device, disk or database does not answer.
trouble-internal = The system failed inside; the log has the details.
trouble-code-exports = Too many packages are waiting. Ask again later.
trouble-code-views = Too many views are open. Close one first.
trouble-code-locked = Locked for a while after too many errors.
trouble-code-bad-credentials = Account or password is wrong.
trouble-code-origin = Pictures cannot be opened from this page’s address.
trouble-code-mark-header = The request lacks its mark. Reload the page.
refusal-title = Not permitted
refusal-no-reason = Your posts do not include this act.
refusal-remedy = What would make it possible:
refusal-article = Rule:
refusal-article-of = { $pack }, article { $number }
refusal-logged = This refusal has been entered in the ledger.
not-yours-reason = Your posts do not include this page.
not-yours-remedy = Ask an administrator of your unit for a post that does.
broken-title = This page failed
broken-text = The program may have been updated: reload. If it fails again, tell an administrator the line below.
broken-reload = Reload
not-found-title = No such page
not-found-lead = There is no such page
not-found-text = The address may be mistyped, or the page has moved.
not-found-home = Go to the first page

## What helps against a refusal (ui/ways.ts)

way-shift = Start your shift
way-duty = Go to the duty room
way-training = See what your training or vetting lacks
way-posts = See your posts
way-password = Choose your own password
way-cases = Go to the cases
way-grants = See your request
way-exports = Ask for an export of your own
way-folders = Go to the folders
way-retrievals = Go to the retrievals
way-registry = Go to the register
way-papers = Enter the paper in the register
way-disks = See the room on the disks
way-takeovers = See who has control
way-portal = Go to your requests
way-supervision = Go to supervision
way-record = See what is recorded about you

## Purpose
purpose-label = Purpose
purpose-none = No purpose
purpose-choose = Choose a purpose
purpose-change = Change the purpose
purpose-use = Look under this purpose
purpose-panel-title = Why are you looking?
purpose-panel-lead = Pictures are always looked at for a reason. It goes into the ledger with your name, post and the time.
purpose-gate-title = Choose a purpose first
purpose-gate-text = Live pictures and recordings are looked at under a purpose, which goes into the ledger. Choose once; it holds until you sign out and can be changed at any time.
purpose-duty-watch = Duty watch
purpose-duty-watch-hint = watching live during a shift
purpose-incident = Incident
purpose-incident-hint = following up an alarm, dispute, missing person or accident
purpose-case = Case
purpose-case-hint = for an authority’s case; its number is required
purpose-maintenance = Maintenance
purpose-maintenance-hint = checking, aiming or repairing cameras
purpose-supervision = Inspection
purpose-supervision-hint = by a supervising authority
purpose-administration = Administration
purpose-administration-hint = accounts, settings, self-checks; no pictures
purpose-training = Training
purpose-training-hint = training or demonstrating the system
purpose-case-number = Document or case number
purpose-note = Remark (optional)
basis-label = Legal basis
basis-unit-duty = the unit’s duty to watch and keep
basis-authority-request = lawful request of an authority
basis-maintenance-duty = duty of maintenance
basis-supervision-duty = duty of supervision
basis-consent = consent of the persons shown
basis-operation = operation of the system

## Roles
role-viewer = Viewer
role-operator = Operator
role-administrator = Administrator
role-auditor = Auditor
role-manager = System manager
role-supervisor = Supervisor
role-requester = Requester

## Cameras and streams
tree-search = Find a camera
tree-label = Cameras
tree-none = No cameras yet. An administrator adds them on the Cameras page.
tree-no-match = No camera matches
tree-more = Show { $n } more
tree-rest = { $n } more. Type to find them.
stream-unknown = state unknown
stream-recording = recording
stream-live = live, not recorded
stream-since = { $word } since { $time }
stream-connecting = connecting
stream-no-signal = no signal
stream-credentials = login refused
stream-stalled = stalled
stream-disabled = switched off
stream-error = stream faulty
stream-disk = storage fault
profile-main = Main stream
profile-sub = Sub stream
profile-sound = Sound

## Causes of gaps
cause-unknown = unknown
cause-camera = camera
cause-network = network
cause-credentials = password
cause-disk = storage
cause-us = this system
cause-power = power
cause-privacy = privacy
cause-planned = planned

## How long ago
age-seconds = { $n } s
age-minutes = { $n } min
age-hours = { $n } h
age-days = { $n } d
age-ago = { $age } ago

## Spans
span-from = From
span-to = To
span-last-2 = Last 2 minutes
span-last-10 = Last 10 minutes
span-last-60 = Last hour
span-today = Today
span-zone = time zone { $zone }
span-length = { $length } in all
span-bad = The end must be after the beginning
missing-title = Still missing:

## Records and their history
record-history = Its history in the ledger
list-choose-all = Choose all that can be
list-none-yet-title = None among what was read
list-none-yet = None of the { $n } read so far matches. Older ones are read on request.
print-page = { $title }, as of { $time }

## Reasons and papers
because-reason = Reason
because-document = Paper (title or number)
