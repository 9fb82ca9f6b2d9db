# Words over pictures, live and recorded.

picture-live = live
picture-connecting = connecting
picture-no-server = the server does not answer; trying again
picture-first = waiting for the first picture
picture-stale = no new picture for { $seconds } s
picture-replay = replay, { $seconds } s ago
picture-replay-short = replay, { $seconds } s ago; only { $held } s are held
picture-restarting = the picture broke off; starting again
picture-unplayable = This browser cannot play { $codec }. It is recorded all the same.
picture-instead = this browser cannot play { $codec }; showing the { $stream }
picture-blocked = The browser waits for a click before it plays.
picture-start = Show the picture
picture-end = the viewing session has ended
picture-end-revoked = your access was withdrawn
picture-end-ledger = stopped: the viewing could not be entered in the ledger
picture-gap = no footage: { $cause } { $from }–{ $to }
picture-no-footage = no footage from { $time } on
picture-loading = loading
picture-more-trouble = The pictures asked for last are missing: { $reason }
picture-zoom-reset = Show the whole picture
picture-still = Save a still
picture-still-saved = Still saved, entry { $entry }
picture-still-failed = The still was not saved
picture-still-failed-why = The still was not saved: { $why }
picture-still-none = There is no picture to save just now
