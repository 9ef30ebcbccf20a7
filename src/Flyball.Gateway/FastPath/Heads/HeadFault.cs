using Flyball.Gateway.Forwarding;

namespace Flyball.Gateway.FastPath.Heads;

/// <summary>
/// Why a head is refused. Whatever two parsers may read differently (RFC 9112 §11.2) is an error here, so that no
/// request can hide in another one.
/// </summary>
internal sealed record HeadFault(Refusal Refusal, string Detail)
{
    public static readonly HeadFault RequestLine = Malformed("The first line is not a method, a target and a version.");
    public static readonly HeadFault Method =
        Malformed("Methods are told apart by case: this is another one than the one that is known.");
    public static readonly HeadFault Upgrade = Malformed("Only GET can change the protocol.");
    public static readonly HeadFault StatusLine = Malformed("The first line is not a version and a status.");
    public static readonly HeadFault Target = Malformed("The target must begin with a slash, http:// or https://.");
    public static readonly HeadFault Fragment = Malformed("The target has a # in it, which is the client's only.");
    public static readonly HeadFault Path =
        Malformed("Servers read the path's dots, slashes, backslashes or semicolons differently.");
    public static readonly HeadFault LineBreak = Malformed("A line must end with CR LF, and neither may stand alone.");
    public static readonly HeadFault Control = Malformed("A header has a control character in it.");
    public static readonly HeadFault FieldName = Malformed("A line is not a header's name, a colon and a value.");
    public static readonly HeadFault SpaceBeforeColon = Malformed("A header's name is followed by a space.");
    public static readonly HeadFault Folded = Malformed("A header is continued on a second line.");
    public static readonly HeadFault NoHost = Malformed("The Host header is missing.");
    public static readonly HeadFault TwoHosts = Malformed("There is more than one Host header.");
    public static readonly HeadFault HostDiffers = Malformed("The target's host is not the Host header's.");
    public static readonly HeadFault TwoLengths = Malformed("There is more than one Content-Length.");
    public static readonly HeadFault Length = Malformed("Content-Length must be digits only, at most 18.");
    public static readonly HeadFault LengthAndEncoding =
        Malformed("Content-Length and Transfer-Encoding exclude one another.");
    public static readonly HeadFault Encoding = Malformed("Transfer-Encoding must be chunked, once, in HTTP/1.1.");
    public static readonly HeadFault Connection = Malformed("Connection names a header that the request needs.");
    public static readonly HeadFault Chunk = Malformed("The body's chunks are malformed.");
    public static readonly HeadFault LongBody = new(Refusal.BodyTooLarge, "The body is longer than this route takes.");
    public static readonly HeadFault Version = new(Refusal.HttpVersion, "HTTP/1.1 and HTTP/1.0 are spoken here.");
    public static readonly HeadFault LongTarget = new(Refusal.TargetTooLong, "The first line is too long.");
    public static readonly HeadFault ManyFields = new(Refusal.HeadersTooLarge, "There are too many headers.");
    public static readonly HeadFault LongHead = new(Refusal.HeadersTooLarge, "The headers are too long.");

    public static readonly HeadFault SlowHead = new(Refusal.RequestTimeout, "The headers came too slowly.");
    public static readonly HeadFault SlowBody = new(Refusal.RequestTimeout, "The body came too slowly.");

    private static HeadFault Malformed(string detail) => new(Refusal.BadRequest, detail);
}
