using System.Runtime.InteropServices;

namespace Flyball.Gateway.FastPath.Securing;

/// <summary>
/// An <c>SSL_CTX</c>: one certificate with its key as it is served. Each session counts as one that holds it, so what a
/// replaced certificate leaves behind is freed with its last connection.
/// </summary>
internal sealed class SslContextHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_CTX_free(handle);
        return true;
    }
}
