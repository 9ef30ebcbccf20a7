using System.Buffers.Binary;
using System.Security.Cryptography;
using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Security.Keys;

/// <summary>A key of a consumer as requests meet it.</summary>
internal sealed class KnownKey
{
    private KnownKey(KnownConsumer consumer, byte[] hash, long? endsUnixMs)
    {
        Hash = hash;
        EndsUnixMs = endsUnixMs;
        Consumer = consumer;
        Identity = new ConsumerIdentity(consumer.Name, consumer.Subject, [.. "k:"u8, .. hash]);
    }

    public byte[] Hash { get; }

    public long? EndsUnixMs { get; }

    public KnownConsumer Consumer { get; }

    public ConsumerIdentity Identity { get; }

    /// <summary>The beginning of the hash, by which it is found.</summary>
    public UInt128 Short => ShortOf(Hash);

    public static UInt128 ShortOf(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);

    /// <summary>Null when the stored hash is none.</summary>
    public static KnownKey? TryMake(KnownConsumer consumer, ConsumerKey key)
    {
        byte[] hash = new byte[SHA256.HashSizeInBytes];
        return key.Hash.Length == 2 * hash.Length
            && Convert.FromHexString(key.Hash, hash, out _, out int written) == System.Buffers.OperationStatus.Done
            && written == hash.Length
            ? new KnownKey(consumer, hash, key.EndsUnixMs)
            : null;
    }
}
