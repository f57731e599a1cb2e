"""The desk: a Django site for the people of the network. Only its room `markets` speaks to the atlas."""
