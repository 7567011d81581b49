package puna.x64.asm;

import static puna.x64.asm.VectorOp.Form.MR;
import static puna.x64.asm.VectorOp.Form.RM;
import static puna.x64.asm.VectorOp.Form.RVM;
import static puna.x64.asm.VectorOp.Form.SHIFT;
import static puna.x64.asm.VectorOp.Set.BOTH;
import static puna.x64.asm.VectorOp.Set.EVEX;
import static puna.x64.asm.VectorOp.Set.VEX;
import static puna.x64.asm.VectorOp.Tuple.EIGHTH;
import static puna.x64.asm.VectorOp.Tuple.FIXED128;
import static puna.x64.asm.VectorOp.Tuple.FIXED256;
import static puna.x64.asm.VectorOp.Tuple.FULL32;
import static puna.x64.asm.VectorOp.Tuple.FULL64;
import static puna.x64.asm.VectorOp.Tuple.FULL_MEMORY;
import static puna.x64.asm.VectorOp.Tuple.HALF;
import static puna.x64.asm.VectorOp.Tuple.QUARTER;
import static puna.x64.asm.VectorOp.Tuple.SCALAR16;
import static puna.x64.asm.VectorOp.Tuple.SCALAR32;
import static puna.x64.asm.VectorOp.Tuple.SCALAR64;
import static puna.x64.asm.VectorOp.Tuple.SCALAR8;

/// The vector instructions that the kernels use, as the numbers of their encodings (Intel's manual,
/// volume 2): mandatory prefix, opcode map, opcode, W, and how a displacement is counted.
public enum VectorOp {
  VMOVUPS(RM, 0x00, 1, 0x10, 0, FULL_MEMORY, BOTH),
  VMOVUPS_STORE(MR, 0x00, 1, 0x11, 0, FULL_MEMORY, BOTH),
  VMOVDQU(RM, 0xF3, 1, 0x6F, 0, FULL_MEMORY, VEX),
  VMOVDQU_STORE(MR, 0xF3, 1, 0x7F, 0, FULL_MEMORY, VEX),
  VMOVDQU32(RM, 0xF3, 1, 0x6F, 0, FULL_MEMORY, EVEX),
  VMOVDQU32_STORE(MR, 0xF3, 1, 0x7F, 0, FULL_MEMORY, EVEX),
  VMOVDQU8(RM, 0xF2, 1, 0x6F, 0, FULL_MEMORY, EVEX),
  VMOVDQU8_STORE(MR, 0xF2, 1, 0x7F, 0, FULL_MEMORY, EVEX),
  VMOVDQU16(RM, 0xF2, 1, 0x6F, 1, FULL_MEMORY, EVEX),
  VMOVDQU16_STORE(MR, 0xF2, 1, 0x7F, 1, FULL_MEMORY, EVEX),
  VMOVNTPS_STORE(MR, 0x00, 1, 0x2B, 0, FULL_MEMORY, BOTH),
  /// `target, mask, memory`.
  VMASKMOVPS(RVM, 0x66, 2, 0x2C, 0, FULL_MEMORY, VEX),
  /// `source, mask, memory`: the one store whose memory comes last.
  VMASKMOVPS_STORE(RVM, 0x66, 2, 0x2E, 0, FULL_MEMORY, VEX),
  VMOVSS(RM, 0xF3, 1, 0x10, 0, SCALAR32, BOTH),
  VMOVSS_STORE(MR, 0xF3, 1, 0x11, 0, SCALAR32, BOTH),
  VMOVD(RM, 0x66, 1, 0x6E, 0, SCALAR32, BOTH),
  VMOVD_STORE(MR, 0x66, 1, 0x7E, 0, SCALAR32, BOTH),
  VMOVQ(RM, 0xF3, 1, 0x7E, 0, 1, SCALAR64, BOTH),
  VMOVQ_STORE(MR, 0x66, 1, 0xD6, 0, 1, SCALAR64, BOTH),

  VBROADCASTSS(RM, 0x66, 2, 0x18, 0, SCALAR32, BOTH),
  VPBROADCASTB(RM, 0x66, 2, 0x78, 0, SCALAR8, BOTH),
  VPBROADCASTW(RM, 0x66, 2, 0x79, 0, SCALAR16, BOTH),
  VPBROADCASTD(RM, 0x66, 2, 0x58, 0, SCALAR32, BOTH),
  VPBROADCASTQ(RM, 0x66, 2, 0x59, 0, 1, SCALAR64, BOTH),
  VBROADCASTI128(RM, 0x66, 2, 0x5A, 0, FIXED128, VEX),
  VBROADCASTI32X4(RM, 0x66, 2, 0x5A, 0, FIXED128, EVEX),
  VBROADCASTI64X4(RM, 0x66, 2, 0x5B, 1, FIXED256, EVEX),

  VPAND(RVM, 0x66, 1, 0xDB, 0, FULL_MEMORY, VEX),
  VPANDD(RVM, 0x66, 1, 0xDB, 0, FULL32, EVEX),
  VPANDN(RVM, 0x66, 1, 0xDF, 0, FULL_MEMORY, VEX),
  VPANDND(RVM, 0x66, 1, 0xDF, 0, FULL32, EVEX),
  VPOR(RVM, 0x66, 1, 0xEB, 0, FULL_MEMORY, VEX),
  VPORD(RVM, 0x66, 1, 0xEB, 0, FULL32, EVEX),
  VPXOR(RVM, 0x66, 1, 0xEF, 0, FULL_MEMORY, VEX),
  VPXORD(RVM, 0x66, 1, 0xEF, 0, FULL32, EVEX),
  VPTERNLOGD(RVM, 0x66, 3, 0x25, 0, FULL32, EVEX),
  VPADDB(RVM, 0x66, 1, 0xFC, 0, FULL_MEMORY, BOTH),
  VPADDW(RVM, 0x66, 1, 0xFD, 0, FULL_MEMORY, BOTH),
  VPADDD(RVM, 0x66, 1, 0xFE, 0, FULL32, BOTH),
  VPSUBB(RVM, 0x66, 1, 0xF8, 0, FULL_MEMORY, BOTH),
  VPSUBW(RVM, 0x66, 1, 0xF9, 0, FULL_MEMORY, BOTH),
  VPSUBD(RVM, 0x66, 1, 0xFA, 0, FULL32, BOTH),
  VPMULLD(RVM, 0x66, 2, 0x40, 0, FULL32, BOTH),
  VPMULLW(RVM, 0x66, 1, 0xD5, 0, FULL_MEMORY, BOTH),
  VPMADDWD(RVM, 0x66, 1, 0xF5, 0, FULL_MEMORY, BOTH),
  VPMADDUBSW(RVM, 0x66, 2, 0x04, 0, FULL_MEMORY, BOTH),
  VPDPBUSD(RVM, 0x66, 2, 0x50, 0, FULL32, EVEX),
  VPDPWSSD(RVM, 0x66, 2, 0x52, 0, FULL32, EVEX),
  /// AVX-VNNI's encoding of it: processors have one set, the other or both, so that the encoder
  /// must not choose.
  VPDPBUSD_VEX(RVM, 0x66, 2, 0x50, 0, FULL_MEMORY, VEX),
  VPDPWSSD_VEX(RVM, 0x66, 2, 0x52, 0, FULL_MEMORY, VEX),
  VPMAXSD(RVM, 0x66, 2, 0x3D, 0, FULL32, BOTH),
  VPMINSD(RVM, 0x66, 2, 0x39, 0, FULL32, BOTH),
  VPABSD(RM, 0x66, 2, 0x1E, 0, FULL32, BOTH),
  VPABSB(RM, 0x66, 2, 0x1C, 0, FULL_MEMORY, BOTH),
  VPSIGNB(RVM, 0x66, 2, 0x08, 0, FULL_MEMORY, VEX),
  VPCMPEQB(RVM, 0x66, 1, 0x74, 0, FULL_MEMORY, VEX),
  VPCMPEQD(RVM, 0x66, 1, 0x76, 0, FULL_MEMORY, VEX),
  VPSRLW(SHIFT, 0x66, 1, 0x71, 2, 0, FULL_MEMORY, BOTH),
  VPSRAW(SHIFT, 0x66, 1, 0x71, 4, 0, FULL_MEMORY, BOTH),
  VPSLLW(SHIFT, 0x66, 1, 0x71, 6, 0, FULL_MEMORY, BOTH),
  VPSRLD(SHIFT, 0x66, 1, 0x72, 2, 0, FULL32, BOTH),
  VPSRAD(SHIFT, 0x66, 1, 0x72, 4, 0, FULL32, BOTH),
  VPSLLD(SHIFT, 0x66, 1, 0x72, 6, 0, FULL32, BOTH),
  VPSRLQ(SHIFT, 0x66, 1, 0x73, 2, 0, 1, FULL64, BOTH),
  VPSLLQ(SHIFT, 0x66, 1, 0x73, 6, 0, 1, FULL64, BOTH),
  VPSRLVD(RVM, 0x66, 2, 0x45, 0, FULL32, BOTH),
  VPSLLVD(RVM, 0x66, 2, 0x47, 0, FULL32, BOTH),

  VPSHUFB(RVM, 0x66, 2, 0x00, 0, FULL_MEMORY, BOTH),
  VPSHUFD(RM, 0x66, 1, 0x70, 0, FULL32, BOTH),
  VPERMB(RVM, 0x66, 2, 0x8D, 0, FULL_MEMORY, EVEX),
  VPERMW(RVM, 0x66, 2, 0x8D, 1, FULL_MEMORY, EVEX),
  VPERMD(RVM, 0x66, 2, 0x36, 0, FULL32, BOTH),
  VPERMPS(RVM, 0x66, 2, 0x16, 0, FULL32, BOTH),
  VPERMQ(RM, 0x66, 3, 0x00, 1, FULL64, BOTH),
  VPERMI2B(RVM, 0x66, 2, 0x75, 0, FULL_MEMORY, EVEX),
  VPERMT2W(RVM, 0x66, 2, 0x7D, 1, FULL_MEMORY, EVEX),
  VPERMT2D(RVM, 0x66, 2, 0x7E, 0, FULL32, EVEX),
  VPERM2I128(RVM, 0x66, 3, 0x46, 0, FULL_MEMORY, VEX),
  VSHUFI32X4(RVM, 0x66, 3, 0x43, 0, FULL32, EVEX),
  VSHUFPS(RVM, 0x00, 1, 0xC6, 0, FULL32, BOTH),
  VPALIGNR(RVM, 0x66, 3, 0x0F, 0, FULL_MEMORY, BOTH),
  VPUNPCKLBW(RVM, 0x66, 1, 0x60, 0, FULL_MEMORY, BOTH),
  VPUNPCKHBW(RVM, 0x66, 1, 0x68, 0, FULL_MEMORY, BOTH),
  VPUNPCKLWD(RVM, 0x66, 1, 0x61, 0, FULL_MEMORY, BOTH),
  VPUNPCKHWD(RVM, 0x66, 1, 0x69, 0, FULL_MEMORY, BOTH),
  VPUNPCKLDQ(RVM, 0x66, 1, 0x62, 0, FULL32, BOTH),
  VPUNPCKHDQ(RVM, 0x66, 1, 0x6A, 0, FULL32, BOTH),
  VPUNPCKLQDQ(RVM, 0x66, 1, 0x6C, 0, 1, FULL64, BOTH),
  VPUNPCKHQDQ(RVM, 0x66, 1, 0x6D, 0, 1, FULL64, BOTH),
  VPACKSSDW(RVM, 0x66, 1, 0x6B, 0, FULL32, BOTH),
  VPACKSSWB(RVM, 0x66, 1, 0x63, 0, FULL_MEMORY, BOTH),
  VPACKUSDW(RVM, 0x66, 2, 0x2B, 0, FULL32, BOTH),
  VPACKUSWB(RVM, 0x66, 1, 0x67, 0, FULL_MEMORY, BOTH),
  VPBLENDW(RVM, 0x66, 3, 0x0E, 0, FULL_MEMORY, VEX),
  VPBLENDD(RVM, 0x66, 3, 0x02, 0, FULL_MEMORY, VEX),
  VPBLENDMW(RVM, 0x66, 2, 0x66, 1, FULL_MEMORY, EVEX),
  VPBLENDMD(RVM, 0x66, 2, 0x64, 0, FULL32, EVEX),
  VEXTRACTI128(MR, 0x66, 3, 0x39, 0, FIXED128, VEX),
  VEXTRACTI32X4(MR, 0x66, 3, 0x39, 0, FIXED128, EVEX),
  VEXTRACTI64X4(MR, 0x66, 3, 0x3B, 1, FIXED256, EVEX),
  VINSERTI128(RVM, 0x66, 3, 0x38, 0, FIXED128, VEX),
  VINSERTI32X4(RVM, 0x66, 3, 0x38, 0, FIXED128, EVEX),
  VINSERTI64X4(RVM, 0x66, 3, 0x3A, 1, FIXED256, EVEX),

  VPMOVZXBW(RM, 0x66, 2, 0x30, 0, HALF, BOTH),
  VPMOVSXBW(RM, 0x66, 2, 0x20, 0, HALF, BOTH),
  VPMOVZXBD(RM, 0x66, 2, 0x31, 0, QUARTER, BOTH),
  VPMOVSXBD(RM, 0x66, 2, 0x21, 0, QUARTER, BOTH),
  VPMOVZXBQ(RM, 0x66, 2, 0x32, 0, EIGHTH, BOTH),
  VPMOVZXWD(RM, 0x66, 2, 0x33, 0, HALF, BOTH),
  VPMOVSXWD(RM, 0x66, 2, 0x23, 0, HALF, BOTH),
  VPMOVDB(MR, 0xF3, 2, 0x31, 0, QUARTER, EVEX),
  VPMOVSDB(MR, 0xF3, 2, 0x21, 0, QUARTER, EVEX),
  VPMOVDW(MR, 0xF3, 2, 0x33, 0, HALF, EVEX),
  VPMOVSDW(MR, 0xF3, 2, 0x23, 0, HALF, EVEX),

  VADDPS(RVM, 0x00, 1, 0x58, 0, FULL32, BOTH),
  VSUBPS(RVM, 0x00, 1, 0x5C, 0, FULL32, BOTH),
  VMULPS(RVM, 0x00, 1, 0x59, 0, FULL32, BOTH),
  VDIVPS(RVM, 0x00, 1, 0x5E, 0, FULL32, BOTH),
  VMAXPS(RVM, 0x00, 1, 0x5F, 0, FULL32, BOTH),
  VMINPS(RVM, 0x00, 1, 0x5D, 0, FULL32, BOTH),
  VSQRTPS(RM, 0x00, 1, 0x51, 0, FULL32, BOTH),
  VANDPS(RVM, 0x00, 1, 0x54, 0, FULL32, BOTH),
  VANDNPS(RVM, 0x00, 1, 0x55, 0, FULL32, BOTH),
  VORPS(RVM, 0x00, 1, 0x56, 0, FULL32, BOTH),
  VXORPS(RVM, 0x00, 1, 0x57, 0, FULL32, BOTH),
  VADDSS(RVM, 0xF3, 1, 0x58, 0, SCALAR32, BOTH),
  VSUBSS(RVM, 0xF3, 1, 0x5C, 0, SCALAR32, BOTH),
  VMULSS(RVM, 0xF3, 1, 0x59, 0, SCALAR32, BOTH),
  VDIVSS(RVM, 0xF3, 1, 0x5E, 0, SCALAR32, BOTH),
  VMAXSS(RVM, 0xF3, 1, 0x5F, 0, SCALAR32, BOTH),
  VSQRTSS(RVM, 0xF3, 1, 0x51, 0, SCALAR32, BOTH),
  VFMADD132PS(RVM, 0x66, 2, 0x98, 0, FULL32, BOTH),
  VFMADD213PS(RVM, 0x66, 2, 0xA8, 0, FULL32, BOTH),
  VFMADD231PS(RVM, 0x66, 2, 0xB8, 0, FULL32, BOTH),
  VFNMADD231PS(RVM, 0x66, 2, 0xBC, 0, FULL32, BOTH),
  VFNMADD213PS(RVM, 0x66, 2, 0xAC, 0, FULL32, BOTH),
  VFMSUB231PS(RVM, 0x66, 2, 0xBA, 0, FULL32, BOTH),
  VFMADDSUB231PS(RVM, 0x66, 2, 0xB6, 0, FULL32, BOTH),
  VFMADDSUB213PS(RVM, 0x66, 2, 0xA6, 0, FULL32, BOTH),
  VFMADD231SS(RVM, 0x66, 2, 0xB9, 0, SCALAR32, BOTH),
  VMOVSLDUP(RM, 0xF3, 1, 0x12, 0, FULL_MEMORY, BOTH),
  VMOVSHDUP(RM, 0xF3, 1, 0x16, 0, FULL_MEMORY, BOTH),
  VPERMILPS(RM, 0x66, 3, 0x04, 0, FULL32, BOTH),
  VUNPCKLPS(RVM, 0x00, 1, 0x14, 0, FULL32, BOTH),
  VUNPCKHPS(RVM, 0x00, 1, 0x15, 0, FULL32, BOTH),
  VHADDPS(RVM, 0xF2, 1, 0x7C, 0, FULL_MEMORY, VEX),
  VMOVHLPS(RVM, 0x00, 1, 0x12, 0, FIXED128, BOTH),
  VCMPPS(RVM, 0x00, 1, 0xC2, 0, FULL32, BOTH),
  VBLENDMPS(RVM, 0x66, 2, 0x65, 0, FULL32, EVEX),
  VROUNDPS(RM, 0x66, 3, 0x08, 0, FULL_MEMORY, VEX),
  VRNDSCALEPS(RM, 0x66, 3, 0x08, 0, FULL32, EVEX),
  VSCALEFPS(RVM, 0x66, 2, 0x2C, 0, FULL32, EVEX),
  VCVTDQ2PS(RM, 0x00, 1, 0x5B, 0, FULL32, BOTH),
  VCVTPS2DQ(RM, 0x66, 1, 0x5B, 0, FULL32, BOTH),
  VCVTPH2PS(RM, 0x66, 2, 0x13, 0, HALF, BOTH),
  VCVTPS2PH(MR, 0x66, 3, 0x1D, 0, HALF, BOTH),
  VCVTNEPS2BF16(RM, 0xF3, 2, 0x72, 0, FULL32, EVEX),
  VCVTNE2PS2BF16(RVM, 0xF2, 2, 0x72, 0, FULL32, EVEX),
  VDPBF16PS(RVM, 0xF3, 2, 0x52, 0, FULL32, EVEX);

  /// Which operand goes where.
  enum Form {
    /// `reg ← rm`.
    RM,
    /// `reg ← vvvv, rm`.
    RVM,
    /// `rm ← reg`.
    MR,
    /// `vvvv ← rm, immediate`, with a digit in the place of reg.
    SHIFT
  }

  /// The encodings that exist.
  enum Set {
    VEX,
    EVEX,
    BOTH
  }

  /// How many bytes a memory operand has: the unit of EVEX's short displacement.
  enum Tuple {
    FULL32,
    FULL64,
    FULL_MEMORY,
    HALF,
    QUARTER,
    EIGHTH,
    FIXED128,
    FIXED256,
    SCALAR8,
    SCALAR16,
    SCALAR32,
    SCALAR64;

    int unit(int vectorBytes, boolean broadcast) {
      return switch (this) {
        case FULL32 -> broadcast ? 4 : vectorBytes;
        case FULL64 -> broadcast ? 8 : vectorBytes;
        case FULL_MEMORY -> vectorBytes;
        case HALF -> vectorBytes / 2;
        case QUARTER -> vectorBytes / 4;
        case EIGHTH -> vectorBytes / 8;
        case FIXED128 -> 16;
        case FIXED256 -> 32;
        case SCALAR8 -> 1;
        case SCALAR16 -> 2;
        case SCALAR32 -> 4;
        case SCALAR64 -> 8;
      };
    }

    boolean broadcasts() {
      return this == FULL32 || this == FULL64;
    }

    boolean isScalar() {
      return this == SCALAR8 || this == SCALAR16 || this == SCALAR32 || this == SCALAR64;
    }
  }

  final Form form;
  final int prefix;
  final int map;
  final int opcode;
  final int digit;
  final int w;
  final int evexW;
  final Tuple tuple;
  final Set set;

  VectorOp(Form form, int prefix, int map, int opcode, int w, Tuple tuple, Set set) {
    this(form, prefix, map, opcode, 0, w, w, tuple, set);
  }

  /// A shift has a digit and one W; any other operation a W for VEX and one for EVEX.
  VectorOp(Form form, int prefix, int map, int opcode, int digitOrW, int w, Tuple tuple, Set set) {
    this(
        form,
        prefix,
        map,
        opcode,
        form == SHIFT ? digitOrW : 0,
        form == SHIFT ? w : digitOrW,
        w,
        tuple,
        set);
  }

  VectorOp(
      Form form,
      int prefix,
      int map,
      int opcode,
      int digit,
      int w,
      int evexW,
      Tuple tuple,
      Set set) {
    this.form = form;
    this.prefix = prefix;
    this.map = map;
    this.opcode = opcode;
    this.digit = digit;
    this.w = w;
    this.evexW = evexW;
    this.tuple = tuple;
    this.set = set;
  }

  /// Whether one element is read and written to all lanes: the target's width counts.
  boolean isBroadcast() {
    return form == RM && (tuple.isScalar() && map == 2);
  }

  /// 66, F3 and F2 as the two bits of a VEX prefix.
  int prefixBits() {
    return switch (prefix) {
      case 0x66 -> 1;
      case 0xF3 -> 2;
      case 0xF2 -> 3;
      default -> 0;
    };
  }
}
