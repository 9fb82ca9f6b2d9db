## Questions from the access log
page-questions = Questions
questions-lead = What the access log shows out of the ordinary is asked, not judged. Whoever it is about explains it, somebody else answers it.
questions-open-page = Questions
questions-list = Questions from the access log
questions-rule = About
questions-person = Person
questions-asked = Asked
questions-when = When
questions-when-day = { $day }
questions-when-week = the week from { $day }
questions-much = How much
questions-much-words = { $count }, asked from { $limit } { $measure }
questions-camera = Camera
questions-unit = Unit
questions-state = Standing
questions-state-open = waits
questions-state-explained = explained
questions-state-answered = answered
questions-shown-all = All
questions-shown-open = Waiting
questions-shown-answered = Answered
questions-total = Questions: { $n }
questions-none-title = No questions
questions-none = The access log shows nothing out of the ordinary. What is asked about, and from how much on, stands under “Limits”.
questions-why = Why it is asked
questions-evidence = Entries
questions-entry = Entry of the question
questions-explanation = Explanation
questions-explanation-none = Not explained yet.
questions-explain = Explain it
questions-explain-hint = What was it for? Your words go into the ledger. You can explain it once.
questions-explain-do = Send
questions-answer = Answer
questions-answer-do = Enter the answer
questions-answer-why = What the answer rests on
questions-answer-hint = It goes into the ledger, and the person sees it. It is given once.
questions-conclusion = What came of it
questions-conclusion-in-order = in order
questions-conclusion-instructed = talked over
questions-conclusion-passed-on = passed on
questions-own = This question is about you. Somebody else answers it; you can explain it on your own page.
questions-not-yours = An auditor of the unit answers it.
questions-limits = Limits
questions-limits-lead = From how much on each rule asks. An auditor of the unit sets it, with a reason.
questions-limit = From
questions-limit-usual = as delivered
questions-limit-set = set by { $name }
questions-limit-reason = Reason
questions-limit-change = Change
questions-limit-do = Set
questions-limit-bounds = between { $least } and { $most }
own-rule-watching = Own rule: questions
finding-kind-balance = Balance of bytes
finding-word-balance = Pictures that left without an entry
finding-kind-questions = Questions
finding-word-questions = Questions from the access log that wait
act-ask-question = Question asked
act-explain-question = Question explained
act-answer-question = Question answered
act-read-questions = Questions read
act-change-watching = Limit of a question set
act-explore-policy = Asked who may do what

## Everything that is recorded about me
page-record = My record
record-open = Everything that is recorded about me
record-lead = Your account, your sessions, what you did, what others did about you, and what was asked. Reading it is an entry too. It shows nobody else’s entries.
record-questions = Questions about me
record-questions-none = Nothing was asked about you.
record-entries = Entries
record-entries-none-title = No entries
record-entries-none = Nothing matches. Clear the filters to see all.
record-whose = Whose act
record-mine = mine
record-about-me = about me, by { $name }
record-about-me-system = about me, by the system
record-with-use = With use records
record-download = Save as JSON
record-download-cut = Only the newest { $n } entries are in the file.
record-sessions = Sessions
record-last-seen = Last seen
record-session-ended = ended
record-session-open = open until

## Who may do what
policy-camera-title = Who may see it
policy-camera-lead = As the door decides at this moment, of the last hour: posts, training, shift, grants, and who is signed in beside whom. Asking is an entry.
policy-person-title = What this person may do
policy-person-lead = As the door decides at this moment, of the last hour, and what is missing: post, training, shift, grant, second person. Asking is an entry.
policy-ask = Ask
policy-again = Ask again
policy-note = with a stated reason
policy-case = with a case
policy-unit = Unit
policy-yes = may
policy-no = may not
policy-others = Other accounts: { $n }. None of their posts is for this unit.
policy-cameras-of = { $n } of { $all } cameras
policy-refused = { $n } cameras:
policy-refused-such-as = such as { $names }
policy-pictures = Pictures
policy-unit-acts = In the unit
policy-entry = Entry of the asking
policy-purpose = For
policy-with = with { $name } signed in beside them
policy-further = Then also missing:
policy-grant-opens = Under the approval of { $approver }: { $span }, until { $until }, { $uses ->
    [one] 1 more time
   *[other] { $uses } more times
  }
policy-grant-other = An approval of { $approver } opens { $span } for { $purpose }, until { $until }, { $uses ->
    [one] 1 more time
   *[other] { $uses } more times
  }
policy-grant-live = live pictures
