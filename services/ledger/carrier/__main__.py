"""The link's process: `python -m services.ledger.carrier`."""

from services.ledger.carrier.process import main

if __name__ == "__main__":
    main()
