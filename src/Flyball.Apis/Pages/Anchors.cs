using System.Security.Cryptography;
using System.Text;

namespace Flyball.Apis.Pages;

/// <summary>Names of places within a page: hashes, since what they stand for may hold any letter.</summary>
internal static class Anchors
{
    public static string Operation(string method, string path) => "o-" + Hash($"{method} {path}");

    public static string Schema(string name) => "s-" + Hash(name);

    private static string Hash(string text) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 6));
}
