/** Kiosks and edge as machines: pairing, links, journals, readers. */
export const machine = {
  'machine.token-unbound': 'Token not bound to this machine',
  'machine.no-station': 'No station in this round yet',
  'machine.no-open-tube': 'no open tube',
  'machine.open-tube': '{tube} · {n} swiped',
  'machine.tube': 'Tube',
  'machine.contact': 'Contact',
  'machine.clock': 'Clock',
  'machine.never-heard': 'not heard of yet',
  'machine.on-line': 'on line',
  'machine.off-line': 'off line',
  'machine.off-line-for': 'off line for {age}',
  'machine.never-in-contact': 'never in contact',
  'machine.last-heard': 'last heard {when}',
  'machine.settled': 'settled',
  'machine.nothing-to-come': 'none',
  'machine.records-to-come': '{n, plural, one {# record} other {# records}} to come',
  'machine.received-of': 'received {received} / {head}',
  'machine.wrong-objects': '{n, plural, one {# wrong thing} other {# wrong things}} presented',
  'machine.doubtful-times':
    'The clock is wrong: the time of {n, plural, one {# swipe} other {# swipes}} cannot be believed and stands as “≤ the latest it can have been”; counts stand. Set the clock of this machine',
  'machine.off-line-holds-records': 'off line, still swiping; it holds records that are not here yet',
  'machine.off-line-swiping': 'off line, still swiping',
  'machine.reader-needs-care': 'the reader needs care; 0 registers by hand',
  'machine.edge-lost': 'Edge out of reach: figures as of {at, time, clock} ({age} ago), reconnecting',
  'machine.edge-connecting': 'No connection to the edge, trying again',
  'machine.edge-answer-unread': 'This page cannot read the answer: reload',
  'machine.edge-answer-unread-at': 'The edge gave an answer this page cannot read ({path}, {at}): reload',
  'machine.edge-no-answer': 'The edge does not answer: check the network and try again',
  'machine.edge-answered': 'The edge answered {status}: try again or tell the administrator',
  'machine.page-failed': 'The page failed: {what}',
  'machine.watch-invalid': 'The request is wrong',
  'machine.no-clipboard': 'The browser does not allow copying: select the text and press Ctrl+C',
  'edge-clock.kiosks':
    'The clock of the edge may be wrong: it says {edge}, {agreeing} of {kiosks} kiosks on line ({stations}) say {other}: set the date and time of the edge. Counts stand; times recorded meanwhile are wrong.',
  'edge-clock.one-kiosk':
    'The edge says {edge}, {stations}, the only kiosk heard, says {other}: look at a watch and set whichever is wrong. Counts stand; times recorded meanwhile are wrong.',
  'edge-clock.stored':
    'The clock of the edge may be slow: it says {edge} and has received records at {other} (or it was fast then): check its date and time. Counts stand; times recorded meanwhile are wrong.',
  'machine.for-which-station': 'For which station? A code is good for one kiosk, once, for ten minutes.',
  'machine.station-number': 'Number of the station',
  'machine.pairing-picture': 'Pairing code as a picture',
  'machine.code-expired': 'expired: make a new one',
  'machine.revoke-question': 'Revoke the pairing of {station} {device}?',
  'machine.revoke-means':
    'It counts on; it delivers its journal again once it is paired anew and you have agreed.',
  'machine.connected': 'connected',
  'machine.excepted': 'exception written',
  'machine.succeeds': 'succeeds {journal}',
  'machine.database-damaged':
    'The database of the edge is damaged: stop the edge, restore the last backup, start it again',
  'machine.database-damaged-since':
    'The database of the edge is damaged (seen {when}): stop the edge, restore the last backup, start it again',
  'machine.until-restored':
    'Until then trust no number here. Kiosks go on counting and deliver again what they hold.',
  'machine.is-damaged': 'database damaged',
  'machine.is-checked': 'checking the database…',
  'machine.checked': 'database checked {when}, sound',
  'machine.decisions-lost':
    'Decisions {from}–{to} of the edge were lost in a restore (known {when}): check voids, reasons, explanations and closings, and make them again',
  'machine.lost-decisions': 'Decisions {from}–{to} of the edge',
  'machine.made-again': 'checked and made again',
  'machine.claim':
    'The kiosk of {station} {device}, paired anew, wants to continue the journal of {wasStation} {wasDevice} ({n} received, last heard {when}); the edge cannot tell whether it is the same computer. It counts on and sends nothing until you decide',
  'machine.claim-still-paired':
    '{claim}. The earlier pairing is still good: make sure no other computer uses it',
  'machine.claim-continues':
    'The journal of {wasStation} is continued by the present kiosk of {station}; the earlier pairing cannot write it any more.',
  'machine.claim-begins-anew':
    'The kiosk of {station} begins a new journal and sends all it holds again; both are kept, and nobody is counted twice.',
  'machine.same-computer': 'it is the same computer',
  'machine.other-computer': 'it is another computer',
  'swipes.test': 'test',
  'swipes.unfiled': 'of no round',
  'swipes.unknown-round': 'round not known here',
  'swipes.also-unread': 'and {n} unread',
  'swipes.key-held': 'key is here',
  'swipes.key-gone': 'key is gone: nobody can be told',
  'swipes.found-round': 'Round recovered, {at, date, day}',
  'swipes.found-session': 'Recovered',
  'swipes.recreate':
    'This edge has no round {id}; a restore may have lost it. Make it again: it keeps its id, and its {n, plural, one {# swipe counts} other {# swipes count}} in it. Stations, tubes and sessions follow from the swipes; roster, laboratory list and excuses must be given again.',
  'swipes.recreate-with-key':
    'Its key file is in the keys directory and is used as before: repeats are known, and names once the roster is imported.',
  'swipes.recreate-without-key':
    'Its key file {file} is not in the keys directory. Known: how many, where, when, in which tube; with a key then, one document is one person, without one each swipe is. Not known: who; no roster can be imported, so there is no missing list. Put the key file back first, and all is as it was.',
  'swipes.backup-older': 'the backup restored is older than the round',
  'swipes.summed': '{stations}: {n, plural, one {# swipe} other {# swipes}}',
  'swipes.summed-unread':
    '{stations}: {n, plural, one {# swipe} other {# swipes}} and {unread, plural, one {# unread card} other {# unread cards}}',
  'swipes.strayed':
    'Of a round this edge does not know (a restore may have lost it), and counting nowhere: {swipes}. Recreate it, or file them',
  'swipes.of-no-round':
    'Taken while their kiosk knew no round, and counting nowhere: {swipes}. Some of the missing may be among them: file them',
  'machine.succeeds-from': 'replaces {install}, from number {n} on',
  'machine.records': '{n, plural, one {# record} other {# records}}',
  'machine.records-oldest': '{n, plural, one {# record} other {# records}}, the oldest {shown} first',
  'machine.record-invalid': 'wrong content',
  'machine.record-newer': 'of a newer version, not understood',
  'machine.will-not-come':
    'This kiosk cannot be reached or will not come again ({n} received). Say how you know the last number.',
  'machine.last-number-shown': 'Last number on its screen',
  'machine.fork-means':
    'Two computers wrote this journal, or there are two of it (exchanged, paired anew, restored or copied). Both are kept, and nobody is counted twice. Look at it and write what you found.',
  'machine.record-unusable':
    '{station}, number {n}: the record cannot be used and is kept as it came. Write how it was settled.',
  'machine.file-test':
    'File {n, plural, one {# test swipe} other {# test swipes}} into “{round}”. The records themselves stay as they are.',
  'machine.file-unfiled':
    'File {n, plural, one {# swipe} other {# swipes}} of no round into “{round}”. The records themselves stay as they are.',
  'machine.file-unknown-round':
    'File {n, plural, one {# swipe} other {# swipes}} of a round this edge does not know into “{round}”. The records themselves stay as they are.',
  'edge-answer.unpaired': 'This kiosk is not paired with this edge: pair it again',
  'edge-answer.revoked': 'The pairing of this kiosk was revoked: pair it again',
  'edge-answer.version':
    'The edge speaks version {ours, number, plain}, this kiosk {theirs, number, plain}: count on, and update',
  'edge-answer.no-version':
    'The edge speaks version {ours, number, plain}, this kiosk names none: count on, and update',
  'edge-answer.unproven': 'The journal came by another pairing: the site lead has been asked, count on',
  'edge-answer.own-journal': 'This install is the edge’s own',
  'edge-answer.impossible-head':
    '{field}: head {head, number, plain} is beyond any possible journal: more than ten million events ahead of what the edge holds',
  'edge-answer.hello-first': 'hello comes first',
  'edge-answer.other-install': 'This is not the install that said hello',
  'edge-answer.malformed': '{field}: malformed',
  'edge-answer.unknown-request': 'There is no such request',
  'edge-answer.batch-no-bytes': 'The batch is no bytes',
  'edge-answer.batch-too-long': 'The batch is too long',
  'edge-answer.batch-unreadable': 'The batch cannot be read: {code} at item {n, number, plain}',
  'edge-answer.event-unverified':
    'Event {n, number, plain} does not verify ({code}): nothing from it on was stored',
  'edge-answer.other-station': 'This is not a round of this station',
  'edge-answer.busy': 'The edge is busy: the kiosk sends again',
  'edge-answer.stopping': 'The edge is stopping',
  'edge-answer.failed': 'The edge failed: try again',
  'edge-answer.disk-full':
    'The edge cannot write to its disk: free some space. Kiosks count on and send again',
  'edge-answer.database-damaged':
    'The database of the edge is damaged and stored none of these: count on, they are delivered again once a backup is restored',
} as const;
