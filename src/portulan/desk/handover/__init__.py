"""The room of the handover: what somebody who leaves a post passes on to whoever arrives."""
