"""Guided flows: one question a page, answers drawn from the rooms, one card to agree to, then done.

A flow is a value (`flow.Flow`) in a module of `accessibility/journeys/`; `journeys/__init__.py` lists them
all as `FLOWS`, in the order of the elder home. The engine (rules, states, service) runs any of them: it pages
through options, takes answers back, skips what is known, keeps the run for days, books once however often
"yes" is tapped, and undoes within the district's minutes. One `Step` feeds pages, JSON and speech.

To write a flow, as `journeys/clinic.py` does:

1. Questions. Each has an `id`, a `topic` (the noun shown where an answer is to be changed) and `ask`, an
   async function that reads the room's own service through `asking.session` and returns `Asked(title,
   options)`: every option in its order, the likeliest first; the engine shows at most four and 「别的」. An
   `Option.value` is what you keep (an id as text, an ISO date); `label`, `about`, `speak` are for the person.
   `ask` is called for every look, so it says how things are now. `needed` leaves a question out, given the
   answers before it. `Asked(obvious=True)` takes the first option without asking; going back still asks.

       async def _day(asking: Asking, values: Values) -> Asked: ...
       Question(id="day", topic="哪天", ask=_day)

2. `confirm(asking, values)` reads everything again and returns the `Card`: lines of one idea each.
3. `act(acting, values)` calls the same service as the room's own route, with `acting.key` as the
   idempotency key (the ledger's, or kit's `once`), and returns the booking's id. The same run always acts
   under the same key, so a second tap, a retry or a restart cannot book twice. It opens its own transactions
   through `acting.tools.database`. It never pays: what costs money ends as a held booking with a link.
4. `turn(values, refusal)` says which question a refusal (`WindowFull`, `TooLate`, …) leads back to, with a
   plain sentence; answers from that question on are asked again.
5. `tell(asking, values, booking_id)` says what came of it, whenever the run is looked at later.
6. `undo(acting, values, booking_id)` takes it back under its own key, and returns `Undone(words=…)`;
   leave it out where nothing can be undone.
7. `wishes(asking)` are defaults ("the last doctor"), `hear(asking, heard)` what an understood sentence named
   (`accessibility.said.heard.Heard`): values by question. A wish answers its question only if the room
   offers that option now; otherwise it is asked. `known(asking)` lists the room's names for sentences.

`FLOWS` is handed to the routes by the web process (`flows`). Rooms know nothing of elder mode.
"""
