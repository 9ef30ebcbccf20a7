using System.Globalization;
using System.Security.Cryptography;

namespace Flyball.Gateway.Security.Basic;

/// <summary>
/// Passwords that people choose, as they are kept: <c>pbkdf2-sha256$ITERATIONS$SALT$HASH</c> (RFC 8018), both in
/// base64. The iterations make guessing dear, and checking too: who checks has to bound how many at a time.
/// </summary>
internal static class PasswordHash
{
    /// <summary>About 40 ms of a core of 2020; what is stored says how many it was made with.</summary>
    public const int Iterations = 210_000;

    private const int IterationsMax = 10_000_000;

    private const string Scheme = "pbkdf2-sha256";

    private const int SaltBytes = 16;

    private const int HashBytes = 32;

    public static string Create(string password, int iterations = Iterations)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(SaltBytes);
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(password, salt, iterations, HashAlgorithmName.SHA256, HashBytes);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Scheme}${iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }

    /// <summary>False also for what is no such hash.</summary>
    public static bool Verify(string stored, string password)
    {
        if (!TryParse(stored, out int iterations, out byte[] salt, out byte[] expected)) return false;
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(
            password, salt, iterations, HashAlgorithmName.SHA256, expected.Length);
        return CryptographicOperations.FixedTimeEquals(hash, expected);
    }

    public static bool IsWellFormed(string stored) => TryParse(stored, out _, out _, out _);

    private static bool TryParse(string stored, out int iterations, out byte[] salt, out byte[] hash)
    {
        iterations = 0;
        salt = hash = [];
        string[] parts = stored.Split('$');
        if (parts.Length != 4 || parts[0] != Scheme
            || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out iterations)
            || iterations is < 1 or > IterationsMax)
            return false;
        try
        {
            salt = Convert.FromBase64String(parts[2]);
            hash = Convert.FromBase64String(parts[3]);
        }
        catch (FormatException)
        {
            return false;
        }

        return salt.Length is > 0 and <= 64 && hash.Length is >= 16 and <= 64;
    }
}
