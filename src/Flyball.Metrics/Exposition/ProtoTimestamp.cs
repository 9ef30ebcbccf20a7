using Flyball.Metrics.RemoteWrite;

namespace Flyball.Metrics.Exposition;

/// <summary><c>google.protobuf.Timestamp</c>.</summary>
internal static class ProtoTimestamp
{
    /// <summary>Unix milliseconds; 0 for an empty or malformed message.</summary>
    public static long Read(ReadOnlySpan<byte> message)
    {
        long seconds = 0;
        long nanos = 0;
        var fields = new ProtoReader(message);
        while (fields.TryNext())
        {
            if (fields.Field == 1 && fields.WireType == 0) seconds = (long)fields.VarUInt();
            else if (fields.Field == 2 && fields.WireType == 0) nanos = (int)fields.VarUInt();
            else fields.Skip();
        }

        bool isInRange = !fields.IsFailed && Math.Abs(seconds) < (long)TextExposition.SecondsMax;
        return isInRange ? (seconds * 1000) + (nanos / 1_000_000) : 0;
    }
}
