// What the console makes of the address that a sign-in provider sends people back to.
import { describe, expect, it } from "vitest";
import { invitationIn, leaveFor, ownPage, returnedIn, takeBegun } from "../src/api/provider";

describe("the way back from a provider", () => {
  it("is read from an address of its own, and from no other", () => {
    const search = "?code=a%20b&state=s&iss=https%3A%2F%2Fid.example.cn&session_state=x";
    expect(returnedIn({ pathname: "/sign-in/with/bureau", search })).toEqual({
      provider: "bureau",
      state: "s",
      code: "a b",
      iss: "https://id.example.cn",
    });
    expect(returnedIn({ pathname: "/sign-in/with/bureau", search: "?error=access_denied&state=s" })).toEqual({
      provider: "bureau",
      state: "s",
      error: "access_denied",
    });
    for (const pathname of ["/", "/account", "/sign-in", "/people/sign-in/with/bureau"])
      expect(returnedIn({ pathname, search })).toBeUndefined();
    expect(invitationIn({ pathname: "/sign-in/invited/bureau", hash: "#ab" })).toEqual({
      provider: "bureau",
      invitation: "ab",
    });
  });

  it("goes on to pages of this console alone", () => {
    for (const path of ["/", "/account", "/people?person=1"]) expect(ownPage(path)).toBe(path);
    for (const path of ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""])
      expect(ownPage(path)).toBe("/");
  });

  it("remembers what was begun in this tab, once", () => {
    leaveFor("#there", "link");
    expect(takeBegun()).toEqual({ errand: "link", back: "/account" });
    expect(takeBegun()).toEqual({ errand: "sign-in", back: "/" });
    sessionStorage.setItem("wk-journey", "{");
    expect(takeBegun()).toEqual({ errand: "sign-in", back: "/" });
    sessionStorage.setItem("wk-journey", JSON.stringify({ errand: "sign-in", back: "//evil.example" }));
    expect(takeBegun().back).toBe("/");
  });
});
