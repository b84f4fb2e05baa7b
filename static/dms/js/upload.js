// Photos: taken by the camera, chosen or dropped; each is seen before it is sent and can be taken back.
export function start(piece) {
  const input = piece.querySelector("input[type=file]");
  const list = piece.querySelector(".thumbs");
  const drop = piece.querySelector(".drop");
  let files = [];

  function show() {
    const bag = new DataTransfer();
    for (const file of files) bag.items.add(file);
    input.files = bag.files;
    for (const image of list.querySelectorAll("img")) URL.revokeObjectURL(image.src);
    list.replaceChildren(...files.map(thumb));
  }

  function thumb(file) {
    const item = document.createElement("li");
    const image = document.createElement("img");
    const name = document.createElement("span");
    const remove = piece.querySelector("template").content.firstElementChild.cloneNode(true);
    image.src = URL.createObjectURL(file);
    image.alt = "";
    name.className = "name";
    name.textContent = file.name;
    remove.setAttribute("aria-label", `${remove.getAttribute("aria-label")} ${file.name}`);
    remove.addEventListener("click", () => {
      files = files.filter((one) => one !== file);
      show();
      input.focus();
    });
    item.append(image, name, remove);
    return item;
  }

  function take(more) {
    const images = [...more].filter((file) => file.type.startsWith("image/"));
    files = input.multiple ? [...files, ...images.filter((file) => !files.includes(file))] : images.slice(-1);
    show();
  }

  input.addEventListener("change", () => take(input.files));
  for (const name of ["dragover", "dragenter"])
    drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
  for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    take(event.dataTransfer.files);
  });
}
