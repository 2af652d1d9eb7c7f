/** What is used of `fft.js`, which has no types. */
declare module 'fft.js' {
  export default class FFT {
    /** Throws unless the size is a power of two. */
    constructor(size: number);
    /**
     * Writes the spectrum of `size` real numbers: real and imaginary part, in turn, of frequencies from zero
     * to half the rate. The rest of `out`, which has `2 * size` numbers, is not the spectrum.
     */
    realTransform(out: Float64Array, data: Float64Array): void;
  }
}
