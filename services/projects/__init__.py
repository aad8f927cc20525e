"""Joint approval: how a project gets all its approvals. The register of projects is intake's; this service follows it.

So far it has what every service has and nothing else: its switchboard, its inbox and its outbox.
"""
