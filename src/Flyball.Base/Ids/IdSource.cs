namespace Flyball.Base.Ids;

/// <summary>
/// Makes ids that sort by creation: 48 bits of Unix milliseconds and 80 random bits in 26 characters of Crockford's
/// base 32, lower case (the ULID layout). Seeded, so that a simulation repeats its ids. Thread-safe.
/// </summary>
public sealed class IdSource(TimeProvider time, Random random)
{
    private const string Alphabet = "0123456789abcdefghjkmnpqrstvwxyz";

    private readonly Lock gate = new();

    public string Next()
    {
        Span<byte> bytes = stackalloc byte[16];
        long nowUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (gate) random.NextBytes(bytes[6..]);
        for (int i = 0; i < 6; i++) bytes[i] = (byte)(nowUnixMs >> (40 - (8 * i)));
        UInt128 value = System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes);
        return string.Create(26, value, static (text, rest) =>
        {
            for (int i = text.Length - 1; i >= 0; i--)
            {
                text[i] = Alphabet[(int)(rest & 31)];
                rest >>= 5;
            }
        });
    }
}
