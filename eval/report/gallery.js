// The gallery: which tasks are listed, and which one is open.

const changed = (task) => new Set(task.episodes.map((episode) => episode.success)).size > 1;

const OUTCOMES = {
  all: ["All", () => true],
  solved: ["Solved", (task, column) => task.episodes.some((e) => e.column === column && e.success)],
  failed: ["Not solved", (task, column) => task.episodes.some((e) => e.column === column && !e.success)],
  changed: ["Changed", changed],
};

/** The list of tasks, its filters and the viewer. Owns which tasks are listed and which one is open. */
class Gallery {
  constructor(root) {
    this.root = root;
    this.filters = root.querySelector(".filters");
    this.list = root.querySelector(".tasks");
    this.status = root.querySelector(".shown");
    this.viewer = new Viewer(root.querySelector(".viewer"));
    this.suite = "";
    this.outcome = "all";
    this.column = Math.max(...data.tasks.flatMap((task) => task.episodes.map((episode) => episode.column)));
    this.labels = {};
    this.rows = new Map(data.tasks.map((task) => [task, this.row(task)]));
    document.addEventListener("keydown", (event) => this.key(event));
    root.hidden = false;
    this.update();
  }

  row(task) {
    const kind = Object.values(task.labels).slice(0, 2).join(", ");
    const text = element("span", { class: "what" }, element("span", { class: "name" }, `${task.suite} #${task.index}`),
      element("span", { class: "kind" }, task.sheet ? kind : task.prompt || kind));
    const marks = task.episodes.map((episode) => element("i", { class: episode.success ? "solved" : "",
      title: `${data.columns[episode.column]}: ${episode.success ? "solved" : "not solved"}` }));
    const told = task.episodes.map((e) => `${data.columns[e.column]} ${e.success ? "solved" : "not solved"}`).join(", ");
    return element("div", { class: "task", role: "option", "aria-selected": "false",
      "aria-label": `${task.suite} ${task.index}: ${told}`,
      id: `task-${data.tasks.indexOf(task)}`, onclick: () => this.select(task) },
      this.thumb(task), text, element("span", { class: "marks" }, ...marks));
  }

  thumb({ sheet }) {
    if (!sheet) return null;
    const made = element("span", { class: "thumb" });
    made.style.backgroundImage = `url("${sheet.src}")`;
    made.style.backgroundSize = `${40 * sheet.columns}px auto`;
    return made;
  }

  inSuite() {
    return data.tasks.filter((task) => !this.suite || task.suite === this.suite);
  }

  ofKind() {
    const chosen = Object.entries(this.labels);
    return this.inSuite().filter((task) => chosen.every(([name, value]) => task.labels[name] === value));
  }

  update() {
    const candidates = this.ofKind();
    this.listed = candidates.filter((task) => OUTCOMES[this.outcome][1](task, this.column));
    this.renderFilters(candidates);
    this.list.replaceChildren(...this.listed.map((task) => this.rows.get(task)));
    this.status.textContent = this.listed.length === data.tasks.length
      ? `${data.tasks.length} tasks` : `${this.listed.length} of ${data.tasks.length} tasks`;
    if (this.listed.includes(this.task)) return this.select(this.task, true);
    if (this.listed.length) return this.select(this.task === undefined ? this.telling() : this.listed[0]);
    this.task = null;
    this.viewer.task = null;
    this.viewer.pause();
    this.viewer.root.replaceChildren(element("p", { class: "empty" }, "No task fits these filters."));
  }

  renderFilters(candidates) {
    const focused = document.activeElement?.dataset?.filter;
    const suites = [...new Set(data.tasks.map((task) => task.suite))];
    const parts = [];
    parts.push(this.outcomes(candidates));
    if (data.columns.length > 1) {
      const names = data.columns.map((name, i) => [String(i), name]);
      const title = data.training ? "Stage" : "Policy";
      const choose = (value) => { this.column = Number(value); };
      parts.push(this.menu("column", title, names, String(this.column), choose, false));
    }
    if (suites.length > 1) {
      parts.push(this.menu("suite", "Suite", suites, this.suite, (value) => { this.suite = value; this.labels = {}; }));
    }
    const labels = [...new Set(this.inSuite().flatMap((task) => Object.keys(task.labels)))];
    for (const name of labels) {
      const values = [...new Set(this.inSuite().map((task) => task.labels[name]).filter((value) => value !== undefined))];
      values.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
      if (values.length < 2) continue;
      parts.push(this.menu(`label-${name}`, name, values, this.labels[name] || "", (value) => {
        if (value) this.labels[name] = value;
        else delete this.labels[name];
      }));
    }
    this.filters.replaceChildren(...parts);
    if (focused) [...this.filters.querySelectorAll("[data-filter]")].find((one) => one.dataset.filter === focused)?.focus();
  }

  outcomes(candidates) {
    const names = Object.keys(OUTCOMES).filter((name) => name !== "changed" || data.columns.length > 1);
    return element("div", { class: "segments", role: "group", "aria-label": "Outcome" }, ...names.map((name) => {
      const [title, fits] = OUTCOMES[name];
      const count = candidates.filter((task) => fits(task, this.column)).length;
      return element("button", { type: "button", "data-filter": `outcome-${name}`,
        "aria-pressed": String(this.outcome === name), onclick: () => { this.outcome = name; this.update(); } },
        `${title} `, element("small", {}, String(count)));
    }));
  }

  menu(id, title, values, chosen, choose, withAll = true) {
    const pairs = values.map((value) => Array.isArray(value) ? value : [value, value]);
    const options = (withAll ? [["", "all"], ...pairs] : pairs).map(([value, name]) =>
      element("option", { value, selected: value === chosen }, name));
    const change = () => { choose(select.value); this.update(); };
    const select = element("select", { "data-filter": id, onchange: change }, ...options);
    return element("label", { class: "menu" }, `${title} `, select);
  }

  select(task, keep = false) {
    this.task = task;
    const at = this.listed.indexOf(task);
    for (const [other, row] of this.rows) row.setAttribute("aria-selected", String(other === task));
    const row = this.rows.get(task);
    this.list.setAttribute("aria-activedescendant", row.id);
    const list = this.list;
    if (row.offsetTop < list.scrollTop) list.scrollTop = row.offsetTop;
    else if (row.offsetTop + row.offsetHeight > list.scrollTop + list.clientHeight) {
      list.scrollTop = row.offsetTop + row.offsetHeight - list.clientHeight;
    }
    if (keep) return this.position.querySelector("span").replaceChildren(`${at + 1} / ${this.listed.length}`);
    this.position = element("div", { class: "position" },
      element("button", { type: "button", "aria-label": "Previous task", onclick: () => this.move(-1) }, "‹"),
      element("span", {}, `${at + 1} / ${this.listed.length}`),
      element("button", { type: "button", "aria-label": "Next task", onclick: () => this.move(1) }, "›"));
    this.viewer.open(task, this.position);
  }

  /** The task to begin with: one that moves and that the columns answer differently, if there is one. */
  telling() {
    const moving = (task) => task.episodes.some((episode) => lengthOf(episode) > 1);
    return this.listed.find((task) => moving(task) && changed(task)) || this.listed.find(moving) || this.listed[0];
  }

  move(by) {
    const to = this.listed[this.listed.indexOf(this.task) + by];
    if (to) this.select(to);
  }

  key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, pre")) return;
    const { top, bottom } = this.root.getBoundingClientRect();
    if (bottom < 0 || top > innerHeight) return;
    const inList = this.list.contains(event.target);
    const actions = {
      j: () => this.move(1),
      k: () => this.move(-1),
      ArrowLeft: () => this.viewer.step(-1),
      ArrowRight: () => this.viewer.step(1),
    };
    if (inList) Object.assign(actions, { ArrowDown: actions.j, ArrowUp: actions.k });
    if (!event.target.closest("button, a, summary")) actions[" "] = () => this.viewer.toggle();
    const action = this.task && actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  }
}

if (data.tasks.length) new Gallery(document.getElementById("gallery"));
