"""Several threads transfer money at random with transfer_money.py; prints which transfers were said to be done.

Arguments: a seed, the number of threads, the number of transfers of each, the accounts.
"""

import contextlib
import json
import random
import sys
import threading

from transfer_money import transfer_money

seed, threads, transfers = map(int, sys.argv[1:4])
accounts = sys.argv[4:]
done, failed, ends = [], [], []


def work(number):
    chance = random.Random(f"{seed} {number}")
    for _ in range(transfers):
        source, target = chance.sample(accounts, 2)
        transfer = (source, target, chance.randrange(1, 100))
        (done if transfer_money(*transfer) else failed).append(transfer)
    ends.append(number)


with contextlib.redirect_stdout(sys.stderr):
    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
if len(ends) < threads:
    sys.exit("a thread failed")
print(json.dumps({"done": done, "failed": len(failed)}))
