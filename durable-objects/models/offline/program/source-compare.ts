/** The second half of reconcile.mjs: comparing, writing, and the command line. */
export const SOURCE_COMPARE = String.raw`
// ---- Comparing ----

/** Spellings of a key that people take for the same. */
export function keyOf(text) {
  return plain(text)
    .replace(/[\u064b-\u0652\u0640]/g, "")
    .replace(/[أإآ]/g, "ا")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
}

function columnAt(table, name, which) {
  const exact = table.columns.indexOf(name);
  const at = exact >= 0 ? exact : table.columns.findIndex((one) => keyOf(one) === keyOf(name));
  if (at < 0) throw new Error(TEXT.noColumn + which + ": " + name + " (" + table.columns.join(", ") + ")");
  return at;
}

/** Columns named alike in both files that hold another value in nearly every row. */
function guessKeys(left, right) {
  const distinct = (table, name) => {
    const at = columnAt(table, name, "");
    return new Set(table.rows.map((row) => keyOf(row.values[at]))).size >= table.rows.length * 0.9;
  };
  const common = left.columns.filter((name) => name !== "" && right.columns.some((one) => keyOf(one) === keyOf(name)));
  const telling = common.find((name) => /id|no|num|ref|code|رقم|مرجع|كود/i.test(name) && distinct(left, name) && distinct(right, name));
  const any = telling ?? common.find((name) => distinct(left, name) && distinct(right, name));
  return any === undefined ? [] : [[any, any]];
}

/**
 * options: { keys: [[left, right]], amounts?: [[left, right]], dates?: [[left, right]], tolerance?: "0.005", days?: 0,
 *   leftDecimal?, rightDecimal?: "." | ",", leftDates?, rightDates?: "dmy" | "mdy" | "ymd" }
 * Gives { matched, different, onlyLeft, onlyRight, duplicates, unreadable, totals }.
 */
export function reconcile(left, right, options) {
  const { amounts = [], dates = [], days = 0 } = options;
  const keys = options.keys && options.keys.length > 0 ? options.keys : guessKeys(left, right);
  if (keys.length === 0) throw new Error(TEXT.noKey + left.columns.join(", ") + " / " + right.columns.join(", "));
  const tolerance = parseAmount(options.tolerance ?? "0", ".");
  if (tolerance === null || tolerance.units < 0n) throw new Error(TEXT.badTolerance + options.tolerance);
  const unreadable = [];
  const read = (table, side, decimal, order) => {
    const which = side === 0 ? TEXT.left : TEXT.right;
    const at = (pairs) => pairs.map((pair) => columnAt(table, pair[side], which));
    const [keyAt, amountAt, dateAt] = [at(keys), at(amounts), at(dates)];
    const groups = new Map();
    const totals = amountAt.map(() => ({ units: 0n, places: 0 }));
    for (const row of table.rows) {
      const parts = keyAt.map((one) => row.values[one].trim());
      const note = (column, value, why) => unreadable.push({ side, line: row.line, column, value, why });
      const figures = amountAt.map((one, index) => {
        const figure = parseAmount(row.values[one], decimal);
        if (figure === null) note(table.columns[one], row.values[one], TEXT.cannotRead);
        else {
          totals[index].units += figure.units;
          totals[index].places = Math.max(totals[index].places, figure.places);
        }
        return figure;
      });
      const read = dateAt.map((one) => {
        const day = parseDate(row.values[one], order);
        if (day === null) note(table.columns[one], row.values[one], TEXT.cannotRead);
        return day;
      });
      const key = parts.map(keyOf).join("\u001f");
      if (parts.every((one) => one === "")) {
        note(table.columns[keyAt[0]], "", TEXT.noKeyValue);
        continue;
      }
      const entry = { line: row.line, key: parts, values: row.values, figures, dates: read };
      groups.set(key, [...(groups.get(key) ?? []), entry]);
    }
    return { groups, totals };
  };
  const one = read(left, 0, options.leftDecimal, options.leftDates);
  const two = read(right, 1, options.rightDecimal, options.rightDates);
  const size = (units) => (units < 0n ? -units : units);
  const why = (a, b) => {
    const reasons = [];
    a.figures.forEach((figure, index) => {
      const other = b.figures[index];
      if (figure === null || other === null) reasons.push(TEXT.cannotRead + ": " + amounts[index][0]);
      else if (size(figure.units - other.units) > tolerance.units) reasons.push(TEXT.amountDiffers + ": " + amounts[index][0]);
    });
    a.dates.forEach((day, index) => {
      const other = b.dates[index];
      if (day === null || other === null) reasons.push(TEXT.cannotRead + ": " + dates[index][0]);
      else if (Math.abs(dayNumber(day) - dayNumber(other)) > days) reasons.push(TEXT.dateDiffers + ": " + dates[index][0]);
    });
    return reasons;
  };
  const result = { matched: [], different: [], onlyLeft: [], onlyRight: [], duplicates: [], unreadable, keys, amounts, dates };
  for (const [key, mine] of one.groups) {
    const theirs = [...(two.groups.get(key) ?? [])];
    if (mine.length > 1 || theirs.length > 1)
      result.duplicates.push({ key: mine[0].key, left: mine.length, right: theirs.length });
    // Of rows with the same key, those that agree belong together; what is left is paired in the order of the files.
    const open = mine.filter((row) => {
      const at = theirs.findIndex((other) => why(row, other).length === 0);
      if (at < 0) return true;
      result.matched.push({ left: row, right: theirs.splice(at, 1)[0] });
      return false;
    });
    for (const row of open) {
      const other = theirs.shift();
      if (other === undefined) result.onlyLeft.push(row);
      else result.different.push({ left: row, right: other, why: why(row, other) });
    }
    result.onlyRight.push(...theirs);
  }
  for (const [key, theirs] of two.groups) {
    if (one.groups.has(key)) continue;
    if (theirs.length > 1) result.duplicates.push({ key: theirs[0].key, left: 0, right: theirs.length });
    result.onlyRight.push(...theirs);
  }
  result.totals = amounts.map((names, index) => ({ names, left: one.totals[index], right: two.totals[index] }));
  return result;
}

// ---- Writing ----

/** RFC 4180; values are kept as they are. */
export function toCsv(columns, rows) {
  const cell = (value) => {
    const text = String(value ?? "");
    return /[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text;
  };
  return [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** The result files by name. */
export function resultFiles(result, left, right) {
  const keyNames = result.keys.map((pair) => pair[0]);
  const pairNames = [...result.amounts, ...result.dates].flatMap(([a, b]) => [a + " (" + TEXT.left + ")", b + " (" + TEXT.right + ")"]);
  const differenceNames = result.amounts.map(([name]) => TEXT.difference + " " + name);
  const pair = ({ left: a, right: b }) => {
    const shown = (row, at) => (row.figures[at] === null ? null : formatAmount(row.figures[at].units, row.figures[at].places));
    const figures = a.figures.flatMap((_, at) => [shown(a, at), shown(b, at)]);
    const days = a.dates.flatMap((day, at) => [day, b.dates[at]]);
    const differences = a.figures.map((figure, at) => {
      const other = b.figures[at];
      return figure === null || other === null ? "" : formatAmount(figure.units - other.units, Math.max(figure.places, other.places));
    });
    return [...a.key, ...figures, ...days, ...differences];
  };
  const columns = [...keyNames, ...pairNames, ...differenceNames];
  const side = (one) => (one === 0 ? TEXT.left : TEXT.right);
  return {
    "matched.csv": toCsv(columns, result.matched.map(pair)),
    "different.csv": toCsv([...columns, TEXT.status], result.different.map((one) => [...pair(one), one.why.join("; ")])),
    "only-in-first.csv": toCsv(left.columns, result.onlyLeft.map((row) => row.values)),
    "only-in-second.csv": toCsv(right.columns, result.onlyRight.map((row) => row.values)),
    "duplicates.csv": toCsv([...keyNames, TEXT.count + " (" + TEXT.left + ")", TEXT.count + " (" + TEXT.right + ")"], result.duplicates.map((one) => [...one.key, one.left, one.right])),
    "unreadable.csv": toCsv([TEXT.file, TEXT.line, TEXT.column, TEXT.value, TEXT.status], result.unreadable.map((one) => [side(one.side), one.line, one.column, one.value, one.why])),
  };
}

/** Counts and totals, for programs. */
export function figuresOf(result, left, right) {
  const count = (name) => result[name].length;
  return {
    left: left.rows.length,
    right: right.rows.length,
    matched: count("matched"),
    different: count("different"),
    onlyLeft: count("onlyLeft"),
    onlyRight: count("onlyRight"),
    duplicates: count("duplicates"),
    unreadable: count("unreadable"),
    totals: result.totals.map(({ names, left: a, right: b }) => {
      const places = Math.max(a.places, b.places);
      return { column: names[0], left: formatAmount(a.units, places), right: formatAmount(b.units, places), difference: formatAmount(a.units - b.units, places) };
    }),
  };
}

export function summaryText(figures) {
  const lines = [
    "# " + TEXT.title,
    "",
    "- " + TEXT.rows + ": " + figures.left + " / " + figures.right,
    ...["matched", "different", "onlyLeft", "onlyRight", "duplicates", "unreadable"].map((name) => "- " + TEXT[name] + ": " + figures[name]),
    ...figures.totals.map((one) => "- " + TEXT.total + " " + one.column + ": " + one.left + " / " + one.right + " (" + TEXT.difference + " " + one.difference + ")"),
  ];
  return lines.join("\n") + "\n";
}

// ---- The command line ----

const pairOf = (text) => {
  const at = text.indexOf("=");
  return at < 0 ? [text, text] : [text.slice(0, at), text.slice(at + 1)];
};

/** The files and options of a command line; io.read reads the file that --options names. */
export function readArguments(args, io) {
  const files = [];
  let options = { keys: [], amounts: [], dates: [], out: "result", json: false };
  const take = (index) => {
    if (args[index] === undefined) throw new Error(TEXT.usage);
    return args[index];
  };
  for (let at = 0; at < args.length; at++) {
    const one = args[at];
    if (one === "--key") options.keys.push(pairOf(take(++at)));
    else if (one === "--amount") options.amounts.push(pairOf(take(++at)));
    else if (one === "--date") options.dates.push(pairOf(take(++at)));
    else if (one === "--tolerance") options.tolerance = take(++at);
    else if (one === "--days") options.days = Number(take(++at));
    else if (one === "--out") options.out = take(++at);
    else if (one === "--options") options = { ...options, ...JSON.parse(io.read(take(++at))) };
    else if (one === "--json") options.json = true;
    else if (one.startsWith("--")) throw new Error(TEXT.usage);
    else files.push(one);
  }
  if (files.length !== 2) throw new Error(TEXT.usage);
  return { files, options };
}

const REAL = {
  read: (path) => readFileSync(path, "utf8"),
  write: (folder, name, text) => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), text);
  },
  print: (text) => console.log(text),
};

/** Gives the exit code: 0 when it ran, 2 when it could not. */
export function main(args, io = REAL) {
  try {
    const { files, options } = readArguments(args, io);
    const [left, right] = files.map((path) => parseCsv(io.read(path)));
    const result = reconcile(left, right, options);
    const figures = figuresOf(result, left, right);
    for (const [name, text] of Object.entries(resultFiles(result, left, right))) io.write(options.out, name, text);
    io.write(options.out, "summary.md", summaryText(figures));
    io.print(options.json ? JSON.stringify(figures) : summaryText(figures));
    return 0;
  } catch (error) {
    io.print(error.message);
    return 2;
  }
}

if (/(^|[\\/])reconcile\.mjs$/.test(process.argv[1] ?? "")) process.exitCode = main(process.argv.slice(2));
`;
