/*
 * One quad a card, facing the camera: on the map that is flat on the ground, in the office a sign above the desk.
 * Edges are anti-aliased here from the distance field, so that no multisampling is needed.
 */
export const CARD_VERTEX = /* glsl */ `
  uniform vec3 uRight;
  uniform vec3 uUp;
  uniform vec2 uSize;
  uniform float uScale;
  attribute vec3 aPos;
  attribute vec4 aCell;
  attribute vec4 aLook;
  varying vec2 vAt;
  varying vec4 vCell;
  varying vec4 vLook;
  void main() {
    vAt = position.xy;
    vCell = aCell;
    vLook = aLook;
    vec2 size = uSize * uScale;
    vec3 at = aPos + uRight * position.x * size.x + uUp * position.y * size.y;
    gl_Position = projectionMatrix * viewMatrix * vec4(at, 1.0);
  }
`;

/** aLook: look index, progress 0–1, selected (1) or hovered (0.5), phase of its animation. */
export const CARD_FRAGMENT = /* glsl */ `
  precision highp float;
  uniform vec2 uSize;
  uniform float uPixel;
  uniform float uTime;
  uniform float uFlip;
  uniform vec3 uCard;
  uniform vec3 uBorder;
  uniform vec3 uBrand;
  uniform vec3 uLooks[9];
  uniform sampler2D uAtlas;
  varying vec2 vAt;
  varying vec4 vCell;
  varying vec4 vLook;

  float box(vec2 p, vec2 half_, float r) {
    vec2 q = abs(p) - half_ + r;
    return length(max(q, 0.0)) + min(max(q.x, q.y), 0.0) - r;
  }
  float seg(vec2 p, vec2 a, vec2 b) {
    vec2 pa = p - a, ba = b - a;
    return length(pa - ba * clamp(dot(pa, ba) / dot(ba, ba), 0.0, 1.0));
  }
  float fill(float d) { return 1.0 - smoothstep(-0.5 * uPixel, 0.5 * uPixel, d); }
  float line(float d, float w) { return fill(abs(d) - w); }

  // Each look has a shape of its own: colour is never the only sign.
  float sign_(int look, vec2 p, float phase) {
    if (look == 0) return line(length(p) - 8.0, 1.2);                                    // ring
    if (look == 1 || look == 2) {                                                        // turning arc
      float a = atan(p.y, p.x) + uTime * (look == 1 ? 3.0 : -3.0) + phase;
      float open_ = smoothstep(-0.35, -0.1, cos(a) - 0.55);
      float d = line(length(p) - 8.0, 1.7) * (1.0 - open_);
      return look == 1 ? max(d, fill(length(p) - 3.0)) : max(d, fill(box(p, vec2(1.2, 4.0), 1.0)));
    }
    if (look == 3) return max(line(length(p * vec2(0.72, 1.15)) - 7.0, 1.2), fill(length(p) - 3.2)); // eye
    if (look == 4) {                                                                     // raised hand: diamond with a mark
      float d = abs(p.x) + abs(p.y) - 11.0;
      return max(fill(d) - fill(min(box(p - vec2(0.0, 1.6), vec2(1.3, 3.6), 1.0), length(p + vec2(0.0, 5.2)) - 1.6)), 0.0);
    }
    if (look == 5) {                                                                     // disc with a check
      float c = min(seg(p, vec2(-4.4, 0.2), vec2(-1.2, -3.2)), seg(p, vec2(-1.2, -3.2), vec2(4.8, 3.6)));
      return max(fill(length(p) - 10.0) - fill(c - 1.2), 0.0);
    }
    if (look == 6) {                                                                     // disc with a dash
      return max(fill(length(p) - 10.0) - fill(box(p, vec2(4.6, 1.3), 1.0)), 0.0);
    }
    if (look == 7) {                                                                     // triangle with a mark
      vec2 q = vec2(abs(p.x), p.y + 2.0);
      float d = max(dot(q, vec2(0.866, 0.5)) - 5.6, -q.y - 5.2);
      return max(fill(d) - fill(min(box(p - vec2(0.0, -0.5), vec2(1.1, 2.8), 1.0), length(p + vec2(0.0, 5.2)) - 1.3)), 0.0);
    }
    return line(length(p) - 8.0, 1.2) + fill(seg(p, vec2(-5.0, -5.0), vec2(5.0, 5.0)) - 1.1); // crossed ring
  }

  void main() {
    vec2 p = vAt * uSize;
    int look = int(vLook.x + 0.5);
    vec3 tint = uLooks[look];
    float outer = box(p, uSize * 0.5 - 3.0, 14.0);
    float body = fill(outer);
    bool busy = look == 1 || look == 2 || look == 3;
    float breath = busy || look == 4 ? 0.55 + 0.45 * sin(uTime * 2.4 + vLook.w) : 0.0;

    vec3 color = mix(uCard, tint, look == 0 || look == 8 ? 0.02 : 0.07 + 0.05 * breath);
    vec3 rim = look == 0 || look == 8 ? uBorder : mix(uBorder, tint, 0.75);
    float width = look == 4 ? 1.6 : 0.9;
    float dash = look == 4 || look == 8 ? step(0.35, fract((p.x + p.y) / 12.0)) : 1.0;
    color = mix(color, rim, line(outer + width, width) * dash);
    color = mix(color, uBrand, line(outer + 1.6, 1.6) * vLook.z);

    // Progress along the lower edge, from the reading side.
    float along = (p.x * uFlip) / (uSize.x - 34.0) + 0.5;
    float bar = fill(box(p + vec2(0.0, uSize.y * 0.5 - 9.0), vec2(uSize.x * 0.5 - 17.0, 1.5), 1.5));
    if (look != 0 && look != 8) color = mix(color, mix(uBorder, tint, step(along, vLook.y)), bar * 0.9);

    // Drawn larger when the card itself is small.
    float grow = clamp(uPixel * 0.62, 1.0, 4.2);
    vec2 s = (p - vec2(-uFlip * (uSize.x * 0.5 - 23.0) * (grow > 1.9 ? 0.0 : 1.0), grow > 1.9 ? 0.0 : 8.0)) / grow;
    color = mix(color, tint, clamp(sign_(look, s, vLook.w), 0.0, 1.0));

    if (vCell.z > 0.0) {
      vec2 uv = mix(vCell.xy, vCell.zw, vec2(vAt.x + 0.5, 0.5 - vAt.y));
      vec4 ink = texture2D(uAtlas, uv);
      color = mix(color, ink.rgb, ink.a);
    }
    float halo = (busy || look == 4) ? 0.34 * breath * (1.0 - smoothstep(-2.0, 3.0, outer)) * (1.0 - body) : 0.0;
    float alpha = max(body, halo);
    if (alpha < 0.004) discard;
    gl_FragColor = vec4(mix(tint, color, body), alpha);
  }
`;
