// @vitest-environment node
// Inclusion proofs over trees of every small size, and the roots published with RFC 6962's own test data.
import { expect, test } from "vitest";
import { fromHex, toHex } from "./bytes.ts";
import { leafHash, proofOf, rootOf, verifyInclusion } from "./tree.ts";

/** The eight entries and the roots used by the certificate-transparency project's tests of RFC 6962 trees. */
const ENTRIES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

test("roots are the published ones", async () => {
  const leaves = await Promise.all(ENTRIES.map((entry) => leafHash(fromHex(entry))));
  for (const [at, root] of ROOTS.entries()) expect(toHex(await rootOf(leaves.slice(0, at + 1)))).toBe(root);
  expect(toHex(await rootOf([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
});

test("each leaf of each tree is included where it is and nowhere else", async () => {
  const leaves = await Promise.all(Array.from({ length: 20 }, (_, at) => leafHash(Uint8Array.of(at))));
  for (let size = 1; size <= leaves.length; size += 1) {
    const part = leaves.slice(0, size);
    const root = await rootOf(part);
    for (let index = 0; index < size; index += 1) {
      const leaf = part[index] as Uint8Array;
      const proof = await proofOf(part, index);
      expect(await verifyInclusion(leaf, index, size, proof, root)).toBe(true);
      expect(await verifyInclusion(leaf, size, size, proof, root)).toBe(false);
      expect(await verifyInclusion(leafOther(leaf), index, size, proof, root)).toBe(false);
      if (size > 1) {
        expect(await verifyInclusion(leaf, (index + 1) % size, size, proof, root)).toBe(false);
        expect(await verifyInclusion(leaf, index, size, proof.slice(1), root)).toBe(false);
        expect(await verifyInclusion(leaf, index, size, [...proof, leaf], root)).toBe(false);
      }
    }
  }
});

function leafOther(leaf: Uint8Array): Uint8Array {
  const other = leaf.slice();
  other[0] = (other[0] as number) ^ 1;
  return other;
}
