using Flyball.Gateway.FastPath.Heads;
using Flyball.Gateway.FastPath.Loops;
using Flyball.Gateway.Forwarding;
using Flyball.Gateway.Guarding;
using Flyball.Gateway.Health;
using Flyball.Gateway.Resilience;
using Flyball.Gateway.Routing;
using Flyball.Gateway.Telemetry;

namespace Flyball.Gateway.FastPath.Relaying;

/// <summary>
/// One request on its way: the loops' counterpart of the application and the forwarder, with the same policies, counts
/// and words. It belongs to one client connection at a time and is used again.
/// </summary>
internal sealed class Exchange : ILinked<Exchange>
{
    private const int ClientClosedRequest = 499;

    private readonly ExchangeDeadlines deadlines;
    private readonly ExchangeOpening opening;
    private Refusal? refusal;
    private ExchangeTrace trace;
    private ExchangeFacts? facts;
    private UpstreamGate? gate;
    private bool isClientGone;
    private bool keepsClient;
    private bool takesJson;
    private long? announcedBytes;
    private long startedAt;
    private int status;

    public Exchange(EventLoop loop)
    {
        Loop = loop;
        Request = new RequestRelay(this);
        Answer = new AnswerRelay(this);
        opening = new ExchangeOpening(this);
        deadlines = new ExchangeDeadlines(this);
        Tries = new Attempts(this, deadlines);
    }

    public EventLoop Loop { get; }

    public Exchange? Older { get; set; }

    public Exchange? Newer { get; set; }

    public ClientConnection Client { get; private set; } = null!;

    public RequestRelay Request { get; }

    public AnswerRelay Answer { get; }

    public Attempts Tries { get; }

    public RouteEntry? Route { get; private set; }

    /// <summary>How it passed its route's guards; null where there are none.</summary>
    public Passage? Passage { get; set; }

    /// <summary>Which of the route's targets it goes to; null when it is not sent on.</summary>
    public TargetEntry? Target { get; set; }

    public string Method { get; private set; } = "";

    public bool IsIdempotent => RetryPolicy.IsIdempotent(Method);

    public bool IsHttp11 { get; private set; }

    /// <summary>The client waits for a word before it sends its body, so the time it takes is not its own.</summary>
    public bool AwaitsContinue { get; private set; }

    /// <summary>The client's connection ends with this answer.</summary>
    public bool WillClose => !keepsClient || Loop.IsStopping;

    /// <summary>Takes over the request whose head is the beginning of the client's input.</summary>
    public void Begin(ClientConnection client, RouteEntry? route, RequestHead head, ReadOnlySpan<char> path)
    {
        Enter(client, head.Method, head.IsHttp11);
        Route = route;
        keepsClient = head.IsHttp11 ? !head.WantsClose : head.WantsKeepAlive && !head.WantsClose;
        takesJson = head.TakesJson;
        AwaitsContinue = head.ExpectsContinue && head.Body != BodyKind.None;
        ReadOnlySpan<byte> bytes = client.Input.Content;
        if (Loop.Parts.AccessLog.IsEnabled) facts = ExchangeFacts.Of(bytes, head);
        trace.Begin(Method, path, bytes, head);
        opening.Decide(head, bytes, path);
    }

    /// <summary>The trace to send on when it is not the client's; empty when that is passed on.</summary>
    public ReadOnlySpan<byte> WriteTrace(Span<byte> room, ReadOnlySpan<byte> bytes, RequestHead head) =>
        trace.Write(room, bytes, head, Loop.Parts.Rules.Trace, facts is not null);

    /// <summary>Answers a head that is no request and ends the connection.</summary>
    public void Refuse(ClientConnection client, HeadFault fault)
    {
        Enter(client, "-", isHttp11: true);
        if (Loop.Parts.AccessLog.IsEnabled) facts = ExchangeFacts.Unreadable;
        Refuse(fault.Refusal, fault.Detail);
    }

    public void OnClientReady()
    {
        ClientConnection turn = Client;
        bool hungUp = turn.PeerDone && (Tries.IsTrying ? Request.IsRead : Tries.Room.IsWaiting);
        if (turn.IsBroken || hungUp)
        {
            ClientGone();
            return;
        }

        if (Tries.Upstream is { Stands: true } && !Request.IsSent) Request.Pump();
        if (Client == turn && !Answer.AwaitsHead && turn.CanWrite) Answer.Pump();
    }

    public void OnUpstreamReady()
    {
        UpstreamConnection turn = Tries.Upstream!;
        if (!Request.IsSent) Request.Pump();
        if (Tries.Upstream == turn && (turn.CanRead || turn.PeerDone)) Answer.Pump();
    }

    /// <summary>It is whole. An end that came with its last bytes is not told again: another turn sees to it.</summary>
    public static void RequestRead(ClientConnection client)
    {
        if (client.PeerDone) client.Loop.Defer(client);
    }

    /// <summary>The client sent more of the body: the time-out begins again, it is the endpoint's.</summary>
    public void BodyProgressed()
    {
        AwaitsContinue = false;
        deadlines.BodyProgressed();
        if (Answer.AwaitsHead) deadlines.AwaitAnswer();
    }

    /// <summary>Nothing to send until the client sends more.</summary>
    public void AwaitBody() => deadlines.AwaitBody();

    public void HeadArrived(AnswerHead head, bool closes)
    {
        Tries.HeadArrived();
        status = head.Status;
        announcedBytes = head.Body == BodyKind.Length ? head.ContentLength : null;
        if (closes) keepsClient = false;
        deadlines.AwaitStream();
    }

    public void AnswerProgressed() => deadlines.AwaitStream();
    public void AwaitClient() => deadlines.AwaitClient();

    /// <summary>The endpoint has done its part, whatever the client has taken of it yet.</summary>
    public void AnswerReceived(bool reusable)
    {
        Tries.Succeeded(
            status >= 500 ? AttemptOutcome.ServerError : AttemptOutcome.Answered, reusable && Request.IsSent);
        LeaveGate();
    }

    /// <summary>Asks the upstream's gate, once; false when it lets no more in.</summary>
    public bool TryEnterGate()
    {
        if (Target!.Upstream.Gate is not { } asked) return true;
        if (!asked.TryEnter()) return false;
        gate = asked;
        return true;
    }

    public void ClientGone()
    {
        isClientGone = true;
        Tries.Room.Leave(WaitEnd.ClientGone);
        if (Tries.IsTrying)
        {
            Tries.End(AttemptOutcome.ClientGone);
            ForwardingLog.ClientGone(Loop.Parts.Logger, Route!.Name);
        }

        End();
    }

    /// <summary>The body is too long, too slow or malformed.</summary>
    public void RefuseBody(HeadFault fault)
    {
        keepsClient = false;
        if (Tries.IsTrying) Tries.End(AttemptOutcome.ClientFault);
        else Tries.Room.Leave(WaitEnd.ClientGone);
        Refuse(fault.Refusal, fault.Detail);
    }

    public void OnTimer() => deadlines.OnTimer();

    /// <summary>The gateway's time to stop is up.</summary>
    public void Stop()
    {
        keepsClient = false;
        if (Tries.IsTrying) Tries.Failed(AttemptOutcome.Stopping);
        else if (Tries.Room.IsWaiting)
        {
            Tries.Room.Leave(WaitEnd.Stopping);
            Refuse(Refusal.Stopping, "Send the request again.");
        }
        else ClientGone();
    }

    /// <summary>The gateway answers by itself; when an answer has begun, it is broken off instead.</summary>
    public void Refuse(Refusal why, string detail)
    {
        refusal = why;
        Loop.Parts.Metrics.Refused(why.Code);
        if (Answer.HasStarted)
        {
            // What the client has is not the whole: it must not take it for that.
            Client.BreakOff(resets: Answer.EndsWithConnection);
            End();
            return;
        }

        Say(why.Status, null, OwnAnswer.Make(why, detail, Passage, takesJson, EndOfOwn(), Loop.Date));
    }

    /// <summary>How an own answer ends; a request that nobody has read to its end ends the connection.</summary>
    public AnswerEnd EndOfOwn()
    {
        if (!Request.IsRead) keepsClient = false;
        return new AnswerEnd(Method == "HEAD", WillClose, IsHttp11);
    }

    /// <summary>Gives the client these bytes as its whole answer.</summary>
    public void Say(int answerStatus, long? bodyBytes, byte[] answer)
    {
        status = answerStatus;
        announcedBytes = bodyBytes;
        Answer.Say(answer);
        deadlines.AwaitClient();
        Answer.Pump();
    }

    /// <summary>The client has all of the answer, or will never have it.</summary>
    public void End()
    {
        LoopParts parts = Loop.Parts;
        if (isClientGone && !Answer.HasStarted) status = ClientClosedRequest;
        TimeSpan took = parts.Time.GetElapsedTime(startedAt, Loop.Clock());
        parts.Metrics.RequestEnded(Target?.Labels ?? Route?.Labels, status, took);
        CountConsumer();
        if (facts is not null) parts.AccessLog.Add(facts.Entry(Outcome(), took, parts.Time.GetUtcNow()));
        trace.End(status, Route?.Name, refusal?.Code);
        ClientConnection client = Client;
        bool isRead = Request.IsRead;
        bool keeps = !WillClose && !isClientGone && isRead;
        bool gone = isClientGone;
        Clear();
        client.ExchangeEnded(keeps, stillSends: !isRead && !gone);
    }

    private void Enter(ClientConnection client, string method, bool isHttp11)
    {
        Client = client;
        Method = method;
        IsHttp11 = isHttp11;
        keepsClient = false;
        startedAt = Loop.Clock();
        Loop.Parts.Metrics.RequestStarted();
    }

    private void CountConsumer()
    {
        if (Passage?.Identity is not { } who) return;
        RouteLabels labels = Target?.Labels ?? Route!.Labels;
        Loop.Parts.Metrics.Consumers.Count(who, labels, status, Request.BytesRead, Answer.BodyBytesSent);
    }

    private ExchangeOutcome Outcome() => new(
        Method, status, announcedBytes, Route?.Name, Target?.Upstream.Service, Tries.Endpoint?.Authority, Tries.Count,
        refusal?.Code, trace.Header, Client.Peer.Address);

    private void LeaveGate()
    {
        gate?.Leave();
        gate = null;
    }

    /// <summary>Leaves nothing of this request to the next one.</summary>
    private void Clear()
    {
        LeaveGate();
        Request.End();
        Answer.End();
        Tries.Clear();
        deadlines.Clear();
        (Route, Passage, Target, refusal, facts) = (null, null, null, null, null);
        isClientGone = AwaitsContinue = takesJson = false;
        status = 0;
        announcedBytes = null;
        Client = null!;
        Loop.Exchanges.Return(this);
    }
}
