using System.Numerics;

namespace Flyball.Metrics.Model;

/// <summary>
/// A 64-bit hash that does not depend on the process: multiply and rotate over the characters, finished as
/// MurmurHash3's 64-bit mixer does, so that all bits depend on all input.
/// </summary>
internal static class LabelHash
{
    private const ulong Seed = 0x9E3779B97F4A7C15;
    private const ulong Multiplier = 0xC2B2AE3D27D4EB4F;

    public static ulong Of(ReadOnlySpan<Label> labels)
    {
        ulong hash = Seed;
        foreach (ref readonly Label label in labels) hash = Add(Add(hash, label.Name), label.Value);
        return Finish(hash);
    }

    /// <summary>Adds a text with its length, so that ("a", "bc") and ("ab", "c") differ.</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<char> text)
    {
        ReadOnlySpan<ulong> words = System.Runtime.InteropServices.MemoryMarshal.Cast<char, ulong>(text);
        foreach (ulong word in words) hash = BitOperations.RotateLeft((hash ^ word) * Multiplier, 29);
        ulong rest = (ulong)(uint)text.Length << 48;
        for (int i = words.Length * 4; i < text.Length; i++) rest = (rest << 16) ^ text[i];
        return BitOperations.RotateLeft((hash ^ rest) * Multiplier, 29) + Seed;
    }

    public static ulong Finish(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCD;
        hash ^= hash >> 33;
        hash *= 0xC4CEB9FE1A85EC53;
        return hash ^ (hash >> 33);
    }
}
