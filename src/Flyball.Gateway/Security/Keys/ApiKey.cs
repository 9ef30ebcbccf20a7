using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Flyball.Gateway.Security.Keys;

/// <summary>
/// API keys: 256 random bits, so that their SHA-256 can be kept instead of them. Looking a key up by its hash takes a
/// time that tells nothing: whoever tries keys cannot choose their hashes.
/// </summary>
internal static class ApiKey
{
    /// <summary>So that a leaked key is recognised for what it is.</summary>
    public const string Prefix = "flyk_";

    /// <summary>Bytes of a key that is looked at; longer ones are none of ours.</summary>
    public const int LengthMax = 128;

    /// <summary>Characters by which people tell keys apart; they give away 42 of 256 bits.</summary>
    private const int HintLength = 12;

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    public static string Hint(string key) => key[..Math.Min(key.Length, HintLength)];

    /// <summary>64 hexadecimal digits.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
