using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Flyball.Gateway.Security.Keys;

namespace Flyball.Gateway.Security.Basic;

/// <summary>
/// Checks passwords: one of a consumer's API keys, or the password that was chosen for it. What was right is remembered
/// for a time, under a hash with a key of this process, so that a client that sends its password with every request
/// costs a hash each. Slow checks are bounded: guesses do not take the gateway's time from its users. Any thread.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="checksMax">
/// Slow checks at a time; by default half of the cores', and at least two: one client has one.
/// </param>
internal sealed class PasswordCheck(TimeProvider time, int? checksMax = null)
{
    /// <summary>How long a right password is remembered; a changed one is another hash and counts at once.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    /// <summary>Right passwords that are remembered at a time.</summary>
    private const int RememberedMax = 10_000;

    /// <summary>Checked for names that nobody has, so that they take as long as the others.</summary>
    private static readonly string Nobody = PasswordHash.Create("nobody");

    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<UInt128, DateTimeOffset> right = new();
    private readonly PasswordTurns turns = new(time, checksMax ?? Math.Max(2, Environment.ProcessorCount / 2));

    public PasswordVerdict Check(
        BasicCredentials credentials, ConsumerTable consumers, IPAddress? client, out ConsumerIdentity? identity)
    {
        identity = null;
        DateTimeOffset now = time.GetUtcNow();
        KnownConsumer? consumer = consumers.Find(credentials.Name);
        KnownKey? key = consumers.FindKey(credentials.Password, now);
        if (key is not null && key.Consumer == consumer)
        {
            identity = key.Identity;
            return PasswordVerdict.Right;
        }

        string stored = consumer?.PasswordHash ?? Nobody;
        UInt128 proof = Proof(stored, credentials);
        bool isRight = right.TryGetValue(proof, out DateTimeOffset until) && now < until;
        if (!isRight)
        {
            if (!turns.TryBegin(client)) return PasswordVerdict.Busy;
            try
            {
                isRight = PasswordHash.Verify(stored, credentials.Password) && consumer?.PasswordHash is not null;
            }
            finally
            {
                turns.End(client, isRight);
            }
        }

        if (!isRight || consumer?.PasswordHash is null) return PasswordVerdict.Wrong;
        if (right.Count >= RememberedMax) right.Clear();
        right[proof] = now + Remembered;
        identity = new ConsumerIdentity(consumer.Name, consumer.Subject, consumer.Subject);
        return PasswordVerdict.Right;
    }

    private UInt128 Proof(string stored, BasicCredentials credentials)
    {
        byte[] text = Encoding.UTF8.GetBytes($"{stored}\0{credentials.Name}\0{credentials.Password}");
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(secret, text, hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(hash);
    }
}
