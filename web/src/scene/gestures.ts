import type { CameraRig } from "./camera-rig.ts";

const TAP_SLOP = 8;
const DOUBLE_TAP_MS = 320;

export interface GestureHandlers {
  changed(): void;
  tap(x: number, y: number, double: boolean): void;
  hover(x: number, y: number): void;
}

/**
 * Pan with one finger or the mouse, pinch with two, wheel and trackpad to zoom or scroll. A tap is a press that
 * did not move. Gives the function that lets go of the element.
 */
export function listen(element: HTMLElement, rig: CameraRig, handlers: GestureHandlers): () => void {
  const pressed = new Map<number, { x: number; y: number }>();
  let moved = 0;
  let lastTap = { at: 0, x: 0, y: 0 };
  const local = (event: { clientX: number; clientY: number }) => {
    const box = element.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };

  const down = (event: PointerEvent) => {
    if (event.pointerType === "mouse" && event.button !== 0) return;
    if (pressed.size === 0) moved = 0;
    pressed.set(event.pointerId, local(event));
    element.setPointerCapture(event.pointerId);
  };
  const move = (event: PointerEvent) => {
    const at = local(event);
    const was = pressed.get(event.pointerId);
    if (!was) {
      if (event.pointerType === "mouse") handlers.hover(at.x, at.y);
      return;
    }
    moved += Math.hypot(at.x - was.x, at.y - was.y);
    if (pressed.size === 1) {
      if (moved > TAP_SLOP) rig.pan(at.x - was.x, at.y - was.y);
    } else {
      const other = [...pressed].find(([id]) => id !== event.pointerId)?.[1];
      if (other) pinch(rig, was, at, other);
    }
    pressed.set(event.pointerId, at);
    handlers.changed();
  };
  const up = (event: PointerEvent) => {
    const at = pressed.get(event.pointerId);
    pressed.delete(event.pointerId);
    if (!at || event.type === "pointercancel" || pressed.size > 0 || moved > TAP_SLOP) return;
    const double = event.timeStamp - lastTap.at < DOUBLE_TAP_MS && Math.hypot(at.x - lastTap.x, at.y - lastTap.y) < 24;
    lastTap = { at: double ? 0 : event.timeStamp, ...at };
    handlers.tap(at.x, at.y, double);
  };
  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 16 : 1;
    const at = local(event);
    // A pinch on a trackpad arrives as a wheel with ctrl; a plain wheel zooms too, sideways scrolling pans.
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY))
      rig.pan(-(event.deltaX || event.deltaY) * unit, 0);
    else
      rig.zoomAt(
        Math.exp(-event.deltaY * unit * (event.ctrlKey ? 0.01 : 0.0016)),
        at.x - rig.width / 2,
        at.y - rig.height / 2,
      );
    handlers.changed();
  };
  const leave = () => handlers.hover(-1, -1);

  element.addEventListener("pointerdown", down);
  element.addEventListener("pointermove", move);
  element.addEventListener("pointerup", up);
  element.addEventListener("pointercancel", up);
  element.addEventListener("pointerleave", leave);
  element.addEventListener("wheel", wheel, { passive: false });
  return () => {
    element.removeEventListener("pointerdown", down);
    element.removeEventListener("pointermove", move);
    element.removeEventListener("pointerup", up);
    element.removeEventListener("pointercancel", up);
    element.removeEventListener("pointerleave", leave);
    element.removeEventListener("wheel", wheel);
  };
}

type Point = { readonly x: number; readonly y: number };

function pinch(rig: CameraRig, was: Point, at: Point, other: Point): void {
  const before = Math.hypot(was.x - other.x, was.y - other.y);
  const after = Math.hypot(at.x - other.x, at.y - other.y);
  if (before > 0 && after > 0)
    rig.zoomAt(after / before, (at.x + other.x) / 2 - rig.width / 2, (at.y + other.y) / 2 - rig.height / 2);
  rig.pan((at.x - was.x) / 2, (at.y - was.y) / 2);
}
