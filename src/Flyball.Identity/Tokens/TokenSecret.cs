using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Flyball.Identity.Tokens;

/// <summary>
/// Makes tokens and their hashes. A token has 256 random bits, so a plain SHA-256 is enough: there is nothing to guess.
/// </summary>
internal static class TokenSecret
{
    /// <summary>So that a leaked token is recognised for what it is.</summary>
    public const string Prefix = "fly_";

    public static string Create() => Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>64 hexadecimal digits.</summary>
    public static string Hash(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
