# A program that musl's dynamic loader has to run: says where user rancher is at home. x86-64, Linux.
        .globl  _start
        .text
_start:
        xor     %ebp, %ebp
        mov     (%rsp), %rsi
        lea     8(%rsp), %rdx
        lea     main(%rip), %rdi
        and     $-16, %rsp
        call    __libc_start_main@plt
main:
        sub     $8, %rsp
        lea     name(%rip), %rdi
        call    getpwnam@plt
        # struct passwd of musl: name, password, numbers of user and group, gecos, home
        mov     32(%rax), %rdi
        call    puts@plt
        xor     %eax, %eax
        add     $8, %rsp
        ret

        .section .rodata
name:
        .asciz  "rancher"
        .section .note.GNU-stack,"",@progbits
