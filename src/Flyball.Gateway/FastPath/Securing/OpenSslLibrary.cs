using System.Runtime.InteropServices;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// The OpenSSL that this process has loaded already: .NET's own cryptography takes the same one, found by the same
/// rule. Without version 3 the loops speak no TLS, and the other path does.
/// </summary>
internal static class OpenSslLibrary
{
    /// <summary>The name that <see cref="OpenSsl"/> imports from; resolved here.</summary>
    public const string Name = "flyball-openssl";

    private const string Override = "CLR_OPENSSL_VERSION_OVERRIDE";
    private const ulong Version3 = 0x30000000;

    private static readonly Lazy<(nint Library, string? Problem)> Found = new(Load);

    /// <summary>Why it cannot be used; null when it can.</summary>
    public static string? Problem => Found.Value.Problem;

    private static (nint Library, string? Problem) Load()
    {
        if (!OperatingSystem.IsLinux()) return (0, "this system is not Linux");
        if (!TryLoad(out nint library)) return (0, "OpenSSL 3 (libssl.so.3) is not installed");
        // Everything else is found as usual.
        NativeLibrary.SetDllImportResolver(
            typeof(OpenSslLibrary).Assembly, (name, _, _) => name == Name ? library : 0);
        ulong version = OpenSsl.OpenSSL_version_num();
        return version < Version3
            ? (0, $"its version is 0x{version:x}, and 3 is the oldest that the loops can use")
            : (library, null);
    }

    private static bool TryLoad(out nint library)
    {
        string? version = Environment.GetEnvironmentVariable(Override);
        if (!string.IsNullOrEmpty(version) && NativeLibrary.TryLoad("libssl.so." + version, out library)) return true;
        return NativeLibrary.TryLoad("libssl.so.3", out library);
    }
}
