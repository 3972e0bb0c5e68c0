"""The table and the CSV of compare.py."""

import csv
import os
import platform

NAMES = {"lab": "lab", "torch": "PyTorch eager", "torch-compile": "PyTorch compiled", "jax": "JAX",
         "ruler": "RULER's loop"}
COLUMNS = ["workload", "work", "side", "threads", "choice", "turns", "seconds", "least", "greatest",
           "processor_seconds", "rate", "rate_unit", "flops", "gflops", "peak_gflops",
           "share_of_peak", "times_the_peer", "note", "reason"]


def write_results(folder, rows, workloads, peaks, machines, quick, seconds, python):
    folder.mkdir(parents=True, exist_ok=True)
    lab = {row["workload"]: row for row in rows if row["side"] == "lab"}
    for row in rows:
        complete(row, lab.get(row["workload"], {}), peaks)
    write_csv(folder / "peers.csv", rows)
    text = "\n".join(
        [*header(peaks, machines, quick, seconds, python), "", *table(rows, workloads), "",
         *remarks(rows)])
    (folder / "peers.md").write_text(text.rstrip() + "\n", encoding="utf-8")
    print(text)


def complete(row, lab, peaks):
    """What follows from a row, the lab's row of the same work and the measured peaks."""
    if "seconds" not in row:
        return
    if row.get("flops"):
        row["gflops"] = row["flops"] / row["seconds"] / 1e9
        rates = peaks.get(row["side"].removesuffix("-compile"), [])
        if rates:
            # Of the libraries' best, whatever the number of threads that a side took.
            row["peak_gflops"] = max(rates) / 1e9
            row["share_of_peak"] = row["gflops"] / row["peak_gflops"]
    if row["side"] != "lab" and lab.get("seconds"):
        row["times_the_peer"] = row["seconds"] / lab["seconds"]


def write_csv(path, rows):
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({key: f"{value:.6g}" if isinstance(value, float) else value
                             for key, value in row.items() if key in COLUMNS})


def header(peaks, machines, quick, seconds, python):
    rates = "; ".join(
        f"{NAMES[side].split()[0]} {', '.join(f'{rate / 1e9:.0f}' for rate in best)}"
        for side, best in peaks.items())
    lab = machines.get("lab", {})
    versions = [f"OpenBLAS core {lab.get('core', '?')} ({lab.get('configuration', '?')})"]
    if "torch" in machines:
        torch = machines["torch"]
        versions.append(
            f"PyTorch {torch.get('version')} ({torch.get('capability')}; {torch.get('blas')})")
    if "jax" in machines:
        versions.append(f"JAX {machines['jax'].get('version')}")
    if "ruler" in machines:
        versions.append(f"tokenizers {machines['ruler'].get('version')}")
    return [
        f"{processor()}, {os.cpu_count()} cores, Linux {platform.release().split('-')[0]}, "
        f"Python {python}; {'; '.join(versions)}.",
        "",
        f"Peak rate of square float32 products in this run, in GFLOP/s with 1 and 2 threads: {rates} "
        "(JAX: all cores).",
        "",
        f"{'A quick run' if quick else 'A run'} of {seconds / 60:.1f} minutes.",
    ]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def table(rows, workloads):
    yield ("| work | side | threads | median | least … greatest | rate | GFLOP/s | of peak | "
           "lab is faster by |")
    yield "|---|---|---|---|---|---|---|---|---|"
    for row in rows:
        work = f"({row['workload']}) {workloads[row['workload']]}" if row["side"] == "lab" else ""
        side = NAMES[row["side"]] + (f", {row['choice']}" if row["choice"] else "")
        if "seconds" not in row:
            yield f"| {work} | {side} | | — | {row['reason'] or 'not run'} | | | | |"
            continue
        share = f"{row['share_of_peak']:.0%}" if "share_of_peak" in row else ""
        ratio = f"{row['times_the_peer']:.2f} ×" if "times_the_peer" in row else ""
        gflops = f"{row['gflops']:.1f}" if "gflops" in row else ""
        yield (f"| {work} | {side} | {row['threads'] or ''} | {duration(row['seconds'])} | "
               f"{duration(row['least'])} … {duration(row['greatest'])} ({row['turns']}) | "
               f"{row['rate']:.3g} {row['rate_unit']} | {gflops} | {share} | {ratio} |")


def duration(seconds):
    for unit, size in (("s", 1), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def remarks(rows):
    for row in rows:
        if row["note"]:
            yield f"- ({row['workload']}) {NAMES[row['side']]}: {row['note']}"
