# Makes Markdown tables of the comparison's figures. First file: goals.tsv; second: one figure a line, as
# metric, scenario, peer, round, value. A goal counts where `facts` has all the words of its last column. Ratios are medians of the ratios of each round, so that a slow minute of the
# machine, which both sides of a round share, cancels out. Beside them stand the ratios of the best rounds: on a busy
# machine the least figures are the least disturbed ones.
BEGIN { FS = "\t"; SCENARIOS = "ABCHNDE" }
FNR == NR { if ($0 !~ /^#/) goals[++goalCount] = $0; next }
{
  row = $3 " " $2
  figures[$1, row, $4] = $5
  if (!(($1, row) in rounds)) { order[$1, ++orders[$1]] = row }
  if ($4 > rounds[$1, row]) rounds[$1, row] = $4
}

function sorted(values, n,    i, j, v) {
  for (i = 2; i <= n; i++) {
    v = values[i]
    for (j = i - 1; j > 0 && values[j] > v; j--) values[j + 1] = values[j]
    values[j + 1] = v
  }
}
function middle(values, n) {
  sorted(values, n)
  return n % 2 ? values[(n + 1) / 2] : (values[n / 2] + values[n / 2 + 1]) / 2
}
# The median of a row, or of its ratio to another one; "" where there is none.
function median(metric, row, against,    values, n, i) {
  n = 0
  for (i = 1; i <= rounds[metric, row]; i++) {
    if (!((metric, row, i) in figures)) continue
    if (against == "") values[++n] = figures[metric, row, i]
    else if (figures[metric, against, i] > 0) values[++n] = figures[metric, row, i] / figures[metric, against, i]
  }
  return n ? middle(values, n) : ""
}
# The least figure of a row, or its ratio to the least of another one.
function least(metric, row, against,    i, value, other) {
  value = ""
  for (i = 1; i <= rounds[metric, row]; i++) {
    if (!((metric, row, i) in figures)) continue
    if (value == "" || figures[metric, row, i] < value) value = figures[metric, row, i]
  }
  if (value == "" || against == "") return value
  other = least(metric, against, "")
  return other > 0 ? value / other : ""
}
function holds(words,    word, n, i) {
  n = split(words, word, " ")
  for (i = 1; i <= n; i++) if (word[i] != "-" && index(" " facts " ", " " word[i] " ") == 0) return 0
  return 1
}
function cell(format, value) { return value == "" ? "-" : sprintf(format, value) }
# Rows of a table, one scenario after another.
function table(metric, columns, formats,    name, format, n, s, i, c, row, line) {
  n = split(columns, name, " "); split(formats, format, " ")
  for (s = 1; s <= length(SCENARIOS); s++) {
    for (i = 1; i <= orders[metric]; i++) {
      row = order[metric, i]
      if (substr(row, length(row)) != substr(SCENARIOS, s, 1)) continue
      line = "| " substr(row, length(row)) " | " substr(row, 1, length(row) - 2) " |"
      for (c = 1; c <= n; c++) {
        line = line " " cell(format[c], name[c] == "least" ? least(metric, row, "") : median(name[c], row, "")) " |"
      }
      print line
    }
  }
  print ""
}

END {
  if (orders["cpu"]) {
    print "| | peer | CPU, us/request | in its best round | requests/s | its core, % busy | Redis CPU, us/request | Redis commands/request |"
    print "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
    table("cpu", "cpu least rate busy redis_cpu redis_commands", "%.1f %.1f %.0f %.0f %.1f %.2f")
  }
  if (orders["p99"]) {
    print "| at " fixed " requests/s | peer | p50, us | p99, us | p99.9, us |"
    print "| --- | --- | ---: | ---: | ---: |"
    table("p99", "p50 p99 p999", "%.0f %.0f %.0f")
  }
  if (orders["rss"]) {
    print "| 128 connections | peer | peak RSS, MiB |"
    print "| --- | --- | ---: |"
    table("rss", "rss", "%.0f")
  }
  if (orders["start"]) {
    print "| start to first 200 | peer | two cores, s | one core, s |"
    print "| --- | --- | ---: | ---: |"
    table("start", "start start_one", "%.2f %.2f")
  }
  print "| goal | measured | best rounds | must | aim | |"
  print "| --- | ---: | ---: | ---: | ---: | --- |"
  for (g = 1; g <= goalCount; g++) {
    split(goals[g], goal, FS)
    if (!holds(goal[7])) continue
    against = goal[3] == "-" ? "" : goal[3]
    format[1] = goal[1] == "rss" ? "%.0f" : goal[1] == "redis_commands" ? "%.4f" : "%.2f"
    value = median(goal[1], goal[2], against)
    verdict = value == "" ? "not measured" : value <= goal[5] ? "aim met" : value <= goal[4] ? "met" : "**missed**"
    print "| " goal[6] " | " cell(format[1], value) " | " cell(format[1], least(goal[1], goal[2], against)) \
      " | " goal[4] " | " goal[5] " | " verdict " |"
  }
}
