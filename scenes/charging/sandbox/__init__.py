"""An operator to talk to in the demo and the tests: the other side of T/CEC 102, over a real socket."""
