import { type PointerEvent, useRef, useState } from "react";

export interface RowDrag {
  readonly dragging: boolean;
  /** Where the dragged step would land, relative to this row. */
  readonly mark: "before" | "after" | null;
  readonly handle: {
    onPointerDown(event: PointerEvent): void;
    onPointerMove(event: PointerEvent): void;
    onPointerUp(): void;
    onPointerCancel(): void;
  };
}

interface Held {
  readonly list: string;
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** Reordering by a handle, for mouse and touch alike; the buttons beside it do the same by keyboard. */
export function useDragOrder(onMove: (id: string, to: number) => void) {
  const lists = useRef(new Map<string, HTMLOListElement>());
  const [held, setHeld] = useState<Held | null>(null);

  const slotAt = (list: string, y: number): number => {
    const rows = [...(lists.current.get(list)?.children ?? [])];
    const below = rows.findIndex((row) => {
      const { top, height } = row.getBoundingClientRect();
      return y < top + height / 2;
    });
    return below < 0 ? rows.length : below;
  };

  return {
    list: (name: string) => (element: HTMLOListElement | null) => {
      if (element) lists.current.set(name, element);
      else lists.current.delete(name);
    },
    row(list: string, id: string, index: number): RowDrag {
      const over = held?.list === list ? held : null;
      const moves = over !== null && over.to !== over.from && over.to !== over.from + 1;
      const last = (lists.current.get(list)?.children.length ?? 0) - 1;
      return {
        dragging: over?.id === id,
        mark: !moves ? null : over.to === index ? "before" : over.to > last && index === last ? "after" : null,
        handle: {
          onPointerDown: (event) => {
            event.currentTarget.setPointerCapture(event.pointerId);
            setHeld({ list, id, from: index, to: index });
          },
          onPointerMove: (event) => {
            if (held?.id === id) setHeld({ ...held, to: slotAt(list, event.clientY) });
          },
          onPointerUp: () => {
            setHeld(null);
            if (held?.id !== id || held.to === held.from || held.to === held.from + 1) return;
            onMove(id, held.to > held.from ? held.to - 1 : held.to);
          },
          onPointerCancel: () => setHeld(null),
        },
      };
    },
  };
}
