let left = false;
/** Whether the last sign-out was asked for: whoever signs in next is not led to where the last person was. */
export const hasLeft = (): boolean => left;
export const setLeft = (now: boolean): void => {
  left = now;
};
