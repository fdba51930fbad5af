"""Nothing but simulators: each folder imitates one external system over its real wire protocol, and imports no other."""
