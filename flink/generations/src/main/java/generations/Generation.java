package generations;

/**
 * What a job runs now.
 *
 * @param number of the generation, from 1
 * @param content hash of what makes the generation: script, policy, image, options
 * @param since number of the first generation whose state may be restored
 */
record Generation(int number, String content, int since) {

  static Generation parse(String text) {
    String[] parts = text.strip().split(" ");
    if (parts.length == 3 && parts[0].matches("[0-9]{1,9}") && parts[2].matches("[0-9]{1,9}")) {
      return new Generation(Integer.parseInt(parts[0]), parts[1], Integer.parseInt(parts[2]));
    }
    throw new IllegalArgumentException("'" + text.strip() + "'; expected NUMBER CONTENT NUMBER");
  }

  Generation next(String changed, boolean isFresh) {
    return new Generation(number + 1, changed, isFresh ? number + 1 : since);
  }

  @Override
  public String toString() {
    return number + " " + content + " " + since;
  }
}
