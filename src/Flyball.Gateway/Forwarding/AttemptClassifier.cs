using System.Net.Sockets;
using Flyball.Gateway.Health;
using Yarp.ReverseProxy.Forwarder;

namespace Flyball.Gateway.Forwarding;

/// <summary>Whose doing the end of a try was.</summary>
internal readonly record struct TryEnd(
    ForwarderError Error, Exception? Exception, int Status, bool DeadlinePassed, bool ClientGone);

/// <summary>Tells from the forwarder's error what it means for the endpoint and for a retry.</summary>
internal static class AttemptClassifier
{
    public static AttemptOutcome Classify(in TryEnd end) => end.Error switch
    {
        ForwarderError.None => end.Status >= 500 ? AttemptOutcome.ServerError : AttemptOutcome.Answered,
        _ when end.ClientGone => AttemptOutcome.ClientGone,
        _ when end.DeadlinePassed => AttemptOutcome.TimedOut,
        ForwarderError.Request => FailureOf(end.Exception),
        // The route's own limit has not passed, so this is the shorter one on connecting.
        ForwarderError.RequestTimedOut => AttemptOutcome.Unreachable,
        ForwarderError.RequestCreation => AttemptOutcome.ClientFault,
        ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled => AttemptOutcome.Stopping,
        ForwarderError.RequestBodyClient => AttemptOutcome.ClientFault,
        ForwarderError.RequestBodyDestination or ForwarderError.ResponseHeaders => AttemptOutcome.NoAnswer,
        ForwarderError.ResponseBodyDestination => AttemptOutcome.Truncated,
        ForwarderError.ResponseBodyClient => AttemptOutcome.ClientGone,
        ForwarderError.ResponseBodyCanceled => AttemptOutcome.Truncated,
        // A tunnel that had been set up ended, by whichever side.
        _ => AttemptOutcome.Answered,
    };

    /// <summary>Of a connection that was not made.</summary>
    public static AttemptOutcome Classify(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => AttemptOutcome.Refused,
        SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable or SocketError.AddressNotAvailable =>
            AttemptOutcome.Exhausted,
        _ => AttemptOutcome.Unreachable,
    };

    private static AttemptOutcome FailureOf(Exception? exception)
    {
        if (exception is not HttpRequestException http) return AttemptOutcome.NoAnswer;
        if (http.HttpRequestError is not (HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError))
            return AttemptOutcome.NoAnswer;
        return http.InnerException is SocketException socket
            ? Classify(socket.SocketErrorCode)
            : AttemptOutcome.Unreachable;
    }
}
