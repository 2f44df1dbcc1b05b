"""The carriers' side, played by a small app of its own: an SMS gateway and WeChat's message calls.

It carries nothing anywhere: what it was given is on its page `/` and in `/outbox.json`. Certain numbers
show the rarer endings: a mobile that ends in 4444 cannot be delivered to (a receipt says so), one that
ends in 5555 is refused at once, an openid of `wx.login` code `refuse…` allows nothing. Faults are drawn
when rates are given on the command line.
"""
