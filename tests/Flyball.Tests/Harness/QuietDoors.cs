using System.Runtime.CompilerServices;

namespace Flyball.Tests.Harness;

/// <summary>
/// Servers that the tests start side by side do not all open the usual doors of discovery: whoever tests them names
/// addresses of his own, which count for more than the environment.
/// </summary>
internal static class QuietDoors
{
    [ModuleInitializer]
    internal static void Close()
    {
        foreach (string door in new[] { "CONSUL", "ETCD_KEYS", "DNS" })
            Environment.SetEnvironmentVariable($"FLYBALL_{door}_LISTEN", "none");
    }
}
