using Flyball.Base.Loops;
using Microsoft.Extensions.Logging;

namespace Flyball.Discovery.Sidecar.Relaying;

/// <summary>One thread that relays.</summary>
internal sealed partial class RelayLoop(int index, TimeProvider time, ILogger logger)
    : SocketLoop($"sidecar loop {index}", time, e => Log.Failed(logger, e))
{
    public int Index => index;

    private static partial class Log
    {
        [LoggerMessage(4090, LogLevel.Error, "BUG: a connection failed in a way nobody expected and was closed")]
        public static partial void Failed(ILogger logger, Exception reason);
    }
}
