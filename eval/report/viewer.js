// One task of the gallery with the answers of all columns, shown in step.

const FRAME_MS = 260;
const lengthOf = (episode) => Math.max(1, episode.frames.length, episode.responses.length);

function number(value) {
  return value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: 2 }).replace("-", "−");
}

function turnAt(episode, step) {
  const last = episode.responses.length - 1;
  if (last < 1) return 0;
  if (episode.frames.length < 2) return Math.min(step, last);
  return Math.min(last, episode.beside[step] ?? Math.round(step * episode.turns / (episode.frames.length - 1)));
}

function movesOf(episode) {
  const moves = (episode.answer || "").split(" ");
  return episode.frames.length > 1 && moves.length + 1 === episode.frames.length ? moves : null;
}

/** A response as pieces of thinking, answer and what stands outside both. */
function piecesOf(response) {
  let kind = "plain";
  const pieces = [];
  for (const part of response.split(/(<\/?(?:think|answer)>)/)) {
    const tag = /^<(\/?)(think|answer)>$/.exec(part);
    if (tag) kind = tag[1] ? "plain" : tag[2];
    else if (part.trim()) pieces.push([kind, part.trim()]);
  }
  return pieces;
}

// -- the viewer ----------------------------------------------------------------------------------------------------------

/** One answer: a column of the viewer. Owns its canvas; `show` draws a step. */
class Answer {
  constructor(task, episode, image) {
    this.task = task;
    this.episode = episode;
    this.image = image;
    this.turn = -1;
    this.moves = movesOf(episode);
    this.canvas = task.sheet && episode.frames.length
      ? element("canvas", { width: task.sheet.width, height: task.sheet.height, role: "img" }) : null;
    this.text = element("div", { class: "response", "data-of": data.columns[episode.column] });
    if (this.canvas && task.sheet.width <= 224) this.canvas.className = "board";
    const name = data.columns[episode.column];
    this.element = element("section", { class: `column c${episode.column % 6}`, "aria-label": name },
      this.heading(), this.canvas, this.text, this.figures());
  }

  heading() {
    const { column, success, solved, error, truncated, format } = this.episode;
    const name = element("h4", {}, data.columns[column]);
    const told = solved[1] > 1 ? `Solved ${solved[0]} of ${solved[1]}` : success ? "Solved" : "Not solved";
    const verdict = element("span", { class: success ? "verdict good" : "verdict" }, told);
    const remarks = [error && "error", truncated && "cut off", !error && !format && "malformed"].filter(Boolean);
    return element("header", {}, name, verdict, ...remarks.map((remark) => element("span", { class: "remark" }, remark)));
  }

  figures() {
    const { score, reward, tokens, turns, error } = this.episode;
    const facts = [["score", number(score)], ["reward", number(reward)]];
    if (tokens) facts.push(["tokens", number(tokens)]);
    if (turns > 1) facts.push(["turns", number(turns)]);
    return element("footer", {}, ...facts.map(([name, value]) => element("span", {}, `${name} `, element("b", {}, value))),
      error ? element("p", { class: "error" }, error) : null);
  }

  show(step) {
    const { frames } = this.episode;
    const last = Math.min(step, lengthOf(this.episode) - 1);
    if (this.canvas) this.draw(frames[Math.min(last, frames.length - 1)], Math.min(last, frames.length - 1));
    const turn = turnAt(this.episode, last);
    if (turn !== this.turn) this.write(turn);
    const lit = this.moves ? last - 1 : -1;
    this.text.querySelectorAll(".moves span").forEach((move, i) => {
      move.className = i < lit ? "past" : i === lit ? "now" : "";
    });
  }

  draw(place, frame) {
    const { width, height, rows } = this.task.sheet;
    const x = Math.floor(place / rows) * width, y = place % rows * height;
    const context = this.canvas.getContext("2d");
    context.imageSmoothingEnabled = false;
    context.drawImage(this.image, x, y, width, height, 0, 0, width, height);
    this.canvas.dataset.place = place;
    this.canvas.setAttribute("aria-label", `Frame ${frame + 1} of ${this.episode.frames.length}`);
  }

  write(turn) {
    this.turn = turn;
    const { responses, turns } = this.episode;
    const pieces = piecesOf(responses[turn] || "");
    const shown = pieces.map(([kind, text]) => {
      const moves = kind === "answer" && this.moves;
      const body = moves
        ? element("p", { class: "moves" }, ...this.moves.flatMap((move) => [element("span", {}, move), " "]))
        : element("p", {}, text);
      const names = { think: "Thinking", answer: "Answer", plain: "Outside the tags" };
      return element("div", { class: kind }, element("h5", {}, names[kind]), body);
    });
    if (!shown.length) {
      const nothing = responses[turn] ? "Empty thinking and answer." : "An empty response.";
      shown.push(element("p", { class: "empty" }, responses.length ? nothing : "No response."));
    }
    if (turns > 1) shown.unshift(element("p", { class: "turn" }, `Turn ${turn + 1} of ${turns}`));
    this.text.replaceChildren(...shown);
  }
}

/** Shows one task with all its answers, in step. Owns the clock. */
class Viewer {
  constructor(root) {
    this.root = root;
    this.clock = null;
  }

  async open(task, position) {
    this.pause();
    this.task = task;
    const image = task.sheet ? new Image() : null;
    if (image) {
      image.src = task.sheet.src;
      await image.decode().catch(() => {});
      if (this.task !== task) return; // another one was opened meanwhile
    }
    this.answers = task.episodes.map((episode) => new Answer(task, episode, image));
    this.length = Math.max(...task.episodes.map(lengthOf));
    this.root.replaceChildren(this.heading(position), ...this.controls(), this.columns(), this.prompt());
    this.show(0);
  }

  heading(position) {
    const { suite, index, seed, labels } = this.task;
    const kinds = Object.entries(labels).map(([name, value]) => element("span", {}, `${name} `, element("b", {}, value)));
    const name = element("h3", {}, `${suite} `, element("small", {}, `#${index}`));
    return element("header", { class: "title" }, element("div", {}, name, position),
      element("p", { class: "labels" }, ...kinds, element("span", {}, "seed ", element("b", {}, String(seed)))));
  }

  columns() {
    const pictured = this.answers.length > 1 && this.answers.every((answer) => answer.canvas);
    return element("div", { class: pictured ? "answers pictured" : "answers", "data-count": this.answers.length },
      ...this.answers.map((answer) => answer.element));
  }

  prompt() {
    const images = this.task.sheet ? "" : " (text only)";
    const title = this.task.episodes.some((episode) => episode.turns > 1) ? "First prompt" : "Prompt";
    return element("details", { class: "prompt", open: !this.task.sheet }, element("summary", {}, title + images),
      element("p", {}, this.task.prompt || "The prompt is not known: the task could not be played again."));
  }

  controls() {
    if (this.length < 2) return [];
    const every = this.task.every > 1 ? ` (each stands for ${this.task.every})` : "";
    this.play = element("button", { type: "button", class: "play", onclick: () => this.toggle() }, "Play");
    this.scrubber = element("input", { type: "range", min: 0, max: this.length - 1, step: 1, "aria-label": "Frame",
      oninput: () => { this.pause(); this.show(Number(this.scrubber.value)); } });
    this.count = element("span", { class: "count", title: `frames${every}` });
    const button = (name, sign, by) =>
      element("button", { type: "button", class: "step", "aria-label": name, onclick: () => this.step(by) }, sign);
    return [element("div", { class: "controls" }, this.play, button("Previous frame", "‹", -1),
      button("Next frame", "›", 1), this.scrubber, this.count)];
  }

  show(step) {
    this.at = step;
    this.answers.forEach((answer) => answer.show(step));
    if (this.length < 2) return;
    this.scrubber.value = step;
    this.count.textContent = `${step + 1} / ${this.length}`;
  }

  step(by) {
    this.pause();
    if (this.answers) this.show(Math.max(0, Math.min(this.length - 1, this.at + by)));
  }

  toggle() {
    if (this.clock) return this.pause();
    if (this.length < 2) return;
    if (this.at === this.length - 1) this.show(0);
    this.play.textContent = "Pause";
    this.clock = setInterval(() => {
      this.show(this.at + 1);
      if (this.at === this.length - 1) this.pause();
    }, FRAME_MS);
  }

  pause() {
    clearInterval(this.clock);
    this.clock = null;
    if (this.play) this.play.textContent = "Play";
  }
}
