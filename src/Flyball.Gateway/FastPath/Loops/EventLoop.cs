using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Relaying;
using Flyball.Gateway.FastPath.Securing;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.FastPath.Loops;

/// <summary>A loop of the gateway, with its parsers and its connections to endpoints.</summary>
internal sealed partial class EventLoop : SocketLoop
{
    private LoopBio? bio;

    public EventLoop(int number, LoopParts parts)
        : base($"gateway loop {number}", parts.Time, e => Log.Failed(parts.Logger, e))
    {
        Parts = parts;
        Pools = new UpstreamPools(this);
        Exchanges = new ExchangePool(this);
        Scratch = new byte[parts.ScratchBytes];
        Path = new char[RequestHead.FirstLineBytesMax + 1];
        Request = new RequestHead(parts.Options.HeaderCountMax, parts.Options.HeaderBytesMax);
        Answer = new AnswerHead(LoopParts.AnswerFieldsMax);
        Date = new DateLine(parts.Time);
    }

    public LoopParts Parts { get; }

    public UpstreamPools Pools { get; }

    public ExchangePool Exchanges { get; }

    public ClientCount Clients { get; } = new();

    public WaitingClients Waiting { get; } = new();

    /// <summary>Where TLS meets the loop's sockets; made for its first connection.</summary>
    public LoopBio Bio => bio ??= new LoopBio();

    public DateLine Date { get; }

    /// <summary>Where heads are written before they take their place in a buffer.</summary>
    public byte[] Scratch { get; }

    public char[] Path { get; }

    /// <summary>The parsers, which keep nothing from one head to the next.</summary>
    public RequestHead Request { get; }

    public AnswerHead Answer { get; }

    /// <summary>Set while the gateway stops: connections end after their request.</summary>
    public bool IsStopping { get; set; }

    protected override void OnEnded() => bio?.Dispose();

    private static partial class Log
    {
        [LoggerMessage(3061, LogLevel.Error, "BUG: a connection failed in a way nobody expected and was closed")]
        public static partial void Failed(ILogger logger, Exception reason);
    }
}
